// The peer: onnxruntime-node on one thread. `undefined` when it is not installed.
import { attention23, fusedMultiHead, matrixProduct } from './onnx-graph.mjs';

const ort = await import('onnxruntime-node').then(
  (module) => module.default,
  () => undefined,
);

export const version = ort?.env.versions.node;

async function session(graph) {
  return await ort.InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 });
}

const tensor = (data, dims) => new ort.Tensor('float32', data, dims);

/** [H, L, D] → [L, H·D], the layout of the fused operator. */
function joinHeads(data, { heads, length, dim }) {
  const joined = new Float32Array(data.length);
  for (let h = 0; h < heads; h++) {
    for (let l = 0; l < length; l++) {
      joined.set(data.subarray((h * length + l) * dim, (h * length + l + 1) * dim), (l * heads + h) * dim);
    }
  }
  return joined;
}

/**
 * Each way in which onnxruntime computes this attention: `run` once, `row` gives the numbers of one row of the output, `close` lets it go.
 * @returns {Promise<{ name: string, run: () => Promise<{ y: { data: Float32Array } }>, row: Function, close: Function }[]>}
 */
export async function attention({ heads, queries, keys, dim, causal }, { q, k, v }) {
  if (ort === undefined) return [];
  const ways = [];
  const onnx = await session(attention23({ causal }));
  const split = (data, length) => tensor(data, [1, heads, length, dim]);
  const feeds = { q: split(q, queries), k: split(k, keys), v: split(v, keys) };
  ways.push({
    name: 'Attention-23',
    run: () => onnx.run(feeds),
    row: (y, head, row) => at(y, head * queries + row, dim),
    close: () => onnx.release(),
  });

  const fused = await session(fusedMultiHead({ heads, causal }));
  const joined = (data, length) => tensor(joinHeads(data, { heads, length, dim }), [1, length, heads * dim]);
  const fusedFeeds = { q: joined(q, queries), k: joined(k, keys), v: joined(v, keys) };
  ways.push({
    name: 'fused MHA',
    run: () => fused.run(fusedFeeds),
    row: (y, head, row) => at(y, row * heads + head, dim),
    close: () => fused.release(),
  });
  return ways;
}

export async function product({ rows, columns, depth }, { a, b }) {
  if (ort === undefined) return [];
  const gemm = await session(matrixProduct());
  const feeds = { a: tensor(a, [rows, depth]), b: tensor(b, [columns, depth]) };
  const run = () => gemm.run(feeds);
  return [{ name: 'Gemm', run, row: (y, _head, row) => at(y, row, columns), close: () => gemm.release() }];
}

const at = (data, place, dim) => data.subarray(place * dim, (place + 1) * dim);
