// Compiles the native kernel. With --if-possible a machine that cannot is no failure: the service then runs on WebAssembly.
// With --own it is enough to have the path that this machine will take, which takes a third of the time.
import { spawnSync } from 'node:child_process';
import { buildAddon, findCompiler } from '../../build-addon.mjs';

/** For tests: addresses and undefined behavior are checked at run time, at a third of the speed. */
const isChecked = process.argv.includes('--sanitize');
const optimization = isChecked
  ? ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined', '-fno-omit-frame-pointer']
  : ['-O3'];

/** What a processor must have for a path, as compilers call it, fastest first: as each path asks at run time. */
const NEEDS = {
  avx512: ['__AVX512F__', '__AVX512DQ__', '__AVX512BW__', '__AVX512VL__', '__FMA__'],
  avx2: ['__AVX2__', '__FMA__', '__F16C__'],
  neon: ['__aarch64__'],
};
const VARIABLES = { avx512: 'pathAvx512', avx2: 'pathAvx2', neon: 'pathNeon' };

/** The path of this machine alone; undefined where the compiler does not tell, or no path is made for it: then all are built. */
function ownPath() {
  const compiler = findCompiler();
  if (compiler === undefined) return undefined;
  const macros = spawnSync(compiler, ['-march=native', '-dM', '-E', '-x', 'c++', '-'], { input: '', encoding: 'utf8' });
  if (macros.status !== 0) return undefined;
  const known = new Set(macros.stdout.split('\n').map((line) => line.split(' ')[1]));
  const path = Object.keys(NEEDS).find((name) => NEEDS[name].every((need) => known.has(need)));
  if (path === undefined) return undefined;
  return {
    takes: (file) => !/path-\w+\.cc$/.test(file) || file.endsWith(`path-${path}.cc`),
    flags: [`-DSPOTLIGHT_ONLY_PATH=${VARIABLES[path]}`],
  };
}

await buildAddon({
  title: 'native kernel',
  without: 'the WebAssembly kernel computes',
  here: new URL('./', import.meta.url),
  into: new URL('../../../dist/kernels/native/', import.meta.url),
  name: isChecked ? 'attention-sanitized.node' : 'attention.node',
  // Paths say themselves what is fused: else the same sum might round otherwise from one template to the next.
  compile: [...optimization, '-ffp-contract=off', '-fno-math-errno'],
  link: optimization,
  part: process.argv.includes('--own') ? ownPath() : undefined,
});
