// Compiles the native kernel. With --if-possible a machine that cannot is no failure: the service then runs on WebAssembly.
import { buildAddon } from '../../build-addon.mjs';

/** For tests: addresses and undefined behavior are checked at run time, at a third of the speed. */
const isChecked = process.argv.includes('--sanitize');
const optimization = isChecked
  ? ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined', '-fno-omit-frame-pointer']
  : ['-O3'];

await buildAddon({
  title: 'native kernel',
  without: 'the WebAssembly kernel computes',
  here: new URL('./', import.meta.url),
  into: new URL('../../../dist/kernels/native/', import.meta.url),
  name: isChecked ? 'attention-sanitized.node' : 'attention.node',
  // Paths say themselves what is fused: else the same sum might round otherwise from one template to the next.
  compile: [...optimization, '-ffp-contract=off', '-fno-math-errno'],
  link: optimization,
});
