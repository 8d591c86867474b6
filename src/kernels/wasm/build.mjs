// Compiles the kernel twice: with plain SIMD, and with relaxed SIMD (fused multiply-add).
import { compile } from '../../assemblyscript.mjs';

await compile({
  title: 'wasm kernel',
  folder: 'kernels/wasm',
  entry: 'kernel.ts',
  // -O1: what -O2 adds moves operands of the micro-kernel to where registers run out (−10 % on Node 24).
  options: ['-O1'],
  outputs: {
    'attention.wasm': ['--enable', 'simd'],
    'attention-relaxed.wasm': ['--enable', 'simd', '--enable', 'relaxed-simd'],
  },
});
