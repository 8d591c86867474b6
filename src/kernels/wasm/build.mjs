// Compiles the AssemblyScript kernel twice: with plain SIMD, and with relaxed SIMD (fused multiply-add).
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../../', import.meta.url));
const sources = new URL('./assembly/', import.meta.url);
const into = new URL('../../../dist/kernels/wasm/', import.meta.url);
const outputs = {
  'attention.wasm': ['--enable', 'simd'],
  'attention-relaxed.wasm': ['--enable', 'simd', '--enable', 'relaxed-simd'],
};

const changedAt = (url) => statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newestSource = Math.max(
  changedAt(new URL(import.meta.url)),
  ...readdirSync(sources).map((name) => changedAt(new URL(name, sources))),
);
const stale = Object.keys(outputs).filter((name) => changedAt(new URL(name, into)) <= newestSource);

if (stale.length === 0) console.log('wasm kernel: up to date');
else {
  // The compiler takes half a second to load: only when there is something to compile.
  const { default: asc } = await import('assemblyscript/asc');
  mkdirSync(into, { recursive: true });
  for (const name of stale) {
    // -O1: what -O2 adds moves operands of the micro-kernel to where registers run out (−10 % on Node 24).
    const { error, stderr } = await asc.main([
      `${here}assembly/kernel.ts`,
      ...['--baseDir', root, '--outFile', fileURLToPath(new URL(name, into))],
      ...['-O1', '--noAssert', '--runtime', 'stub', ...outputs[name]],
    ]);
    if (error) {
      console.error(stderr.toString());
      throw error;
    }
  }
  console.log(`wasm kernel: compiled ${stale.join(', ')}`);
}
