// Compiles what gives free memory back to the system. With --if-possible a machine that cannot is no failure.
import { buildAddon } from '../../build-addon.mjs';

await buildAddon({
  title: 'trim',
  without: 'memory that a burst needed goes back more slowly',
  here: new URL('./', import.meta.url),
  into: new URL('../../../dist/pressure/native/', import.meta.url),
  name: 'trim.node',
  compile: ['-Os'],
});
