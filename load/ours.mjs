// Our kernels as a worker runs them: through the whole plan, on one thread, in shared memory, output only.

import { problemOf } from '../dist/attention/plain-problem.js';
import { attentionGrid, attentionStages, chainCount, productGrid } from '../dist/attention/plan.js';
import { allocateResult } from '../dist/attention/result.js';
import { loadNativeKernel } from '../dist/kernels/native/native.js';
import { createReferenceKernel } from '../dist/kernels/reference.js';
import { ShardRunner } from '../dist/kernels/run.js';
import { hasRelaxedSimd } from '../dist/kernels/wasm/module.js';
import { loadWasmKernel } from '../dist/kernels/wasm/wasm.js';
import { headsOf } from '../dist/tensor/tensor.js';

const outputOnly = { weights: false, averageWeights: false, scores: false, maskedScores: false, stats: false };
const sharedMemory = (bytes) => ({ buffer: new SharedArrayBuffer(Math.ceil(bytes / 8) * 8), byteOffset: 0 });

function inSharedMemory(numbers) {
  const shared = new Float32Array(new SharedArrayBuffer(numbers.byteLength));
  shared.set(numbers);
  return shared;
}

/** The kernels that this runtime can load, slowest first; one that cannot be loaded is said and left out. */
export function availableKernels() {
  const kernels = [createReferenceKernel()];
  const loaders = { wasm: () => loadWasmKernel('wasm') };
  if (hasRelaxedSimd()) loaders['wasm-relaxed'] = () => loadWasmKernel('wasm-relaxed');
  loaders.native = () => loadNativeKernel();
  for (const [name, load] of Object.entries(loaders)) {
    try {
      kernels.push(load());
    } catch (error) {
      console.log(`without ${name}: ${error.message}`);
    }
  }
  return kernels;
}

/**
 * @param cut how the planner is to cut it, where that is not as for this kernel
 * @returns {{ run: () => void, output: Float32Array, grid: object, keysAndValues: Float32Array[] }} `run` computes the whole attention once
 */
export function attention(kernel, { heads, queries, keys, dim, causal }, { q, k, v }, cut = attentionGrid) {
  const shape = (length) => [1, heads, length, dim];
  const lengths = { queryLength: queries, keyLength: keys };
  const sizes = { batch: 1, numHeads: heads, numKeyHeads: heads, ...lengths, headDim: dim, valueDim: dim };
  const inputs = {
    precision: 'float32',
    query: headsOf(inSharedMemory(q), shape(queries)),
    key: headsOf(inSharedMemory(k), shape(keys)),
    value: headsOf(inSharedMemory(v), shape(keys)),
  };
  const problem = { ...problemOf(sizes, inputs), causal };
  const grid = cut(problem, kernel.shardCost);
  const output = inSharedMemory(new Float32Array(heads * queries * dim));
  const result = allocateResult(problem, outputOnly, {
    output: headsOf(output, shape(queries)),
    splits: grid.splits,
    memory: sharedMemory,
  });
  const stages = attentionStages(problem, result, outputOnly, grid);
  return { run: () => runAll(kernel, stages), output, grid, keysAndValues: [problem.key.data, problem.value.data] };
}

/** y = a·bᵀ for a `[rows, depth]` and b `[columns, depth]`. */
export function product(kernel, { rows, columns, depth }, { a, b }) {
  const output = inSharedMemory(new Float32Array(rows * columns));
  const matrix = (data, rowStride) => ({ data, offset: 0, rowStride });
  const one = {
    name: 'a',
    rows,
    columns,
    depth,
    left: matrix(inSharedMemory(a), depth),
    right: matrix(inSharedMemory(b), depth),
    bias: undefined,
    biasOffset: 0,
    into: matrix(output, columns),
  };
  const stages = [{ kind: 'product', products: [one], grid: productGrid(depth, columns, kernel.shardCost) }];
  return { run: () => runAll(kernel, stages), output };
}

const runners = new Map();

function runAll(kernel, stages) {
  if (!runners.has(kernel)) runners.set(kernel, new ShardRunner(kernel, createReferenceKernel()));
  const runner = runners.get(kernel);
  for (const stage of stages) {
    const chains = chainCount(stage);
    for (let chain = 0; chain < chains; chain++) runner.runChain(stage, chain, 0, () => false);
  }
}
