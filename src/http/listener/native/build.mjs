// Compiles what lets go of a listener. With --if-possible a machine that cannot is no failure.
import { buildAddon } from '../../../build-addon.mjs';

await buildAddon({
  title: 'listener',
  without: 'connections that come in the very moment in which a server stops may be reset',
  here: new URL('./', import.meta.url),
  into: new URL('../../../../dist/http/listener/native/', import.meta.url),
  name: 'listener.node',
  compile: ['-Os'],
});
