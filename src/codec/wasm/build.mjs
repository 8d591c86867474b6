// Compiles the reader and writer of JSON.
import { compile } from '../../assemblyscript.mjs';

await compile({
  title: 'wasm json',
  folder: 'codec/wasm',
  entry: 'json.ts',
  // 22 pages of memory from the start, and never more.
  options: ['-O3', '--enable', 'simd', '--initialMemory', '22', '--maximumMemory', '22'],
  outputs: { 'json.wasm': [] },
});
