// GFLOP/s of each kernel on one thread, through the plan that a worker runs, beside onnxruntime-node on one thread.
// All contenders take turns within each round, so that a noisy machine is noisy for all of them; medians over the rounds.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { takeTurns } from './contest.mjs';
import { machine, median, printTable } from './figures.mjs';
import { normalNumbers } from './numbers.mjs';
import * as onnxruntime from './onnxruntime.mjs';
import * as ours from './ours.mjs';
import { largestDifference, plainRow } from './plain.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '11' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});

/** The reference is some fifty times slower; it joins where that is short. */
const REFERENCE_FLOPS = 1e7;
/** Rows of the last head that are compared with the plain formula. */
const COMPARED_ROWS = 64;
/** What --check holds us to on 8×512×64, times onnxruntime-node. */
const PROMISED = { shape: '8×512×64', ratio: { wasm: 0.22, 'wasm-relaxed': 0.38 } };

const square = (heads, length) => ({ heads, queries: length, keys: length, dim: 64, causal: false });
const cases = [
  ['1×128×64', square(1, 128)],
  ['8×512×64', square(8, 512)],
  ['8×512×64 causal', { ...square(8, 512), causal: true }],
  ['8×2048×64', square(8, 2048)],
  ['8×2048×64 causal', { ...square(8, 2048), causal: true }],
  ['8×(1→4096)×64', { heads: 8, queries: 1, keys: 4096, dim: 64, causal: false }],
].map(([name, shape]) => attentionCase(name, shape));
cases.push(productCase('product 512×768×768', { rows: 512, columns: 768, depth: 768 }));

/** What one case needs: its operations, its contenders, and rows of the right answer. */
function attentionCase(name, shape) {
  const { heads, queries, keys, dim, causal } = shape;
  const pairs = causal ? (queries * (queries + 1)) / 2 : queries * keys;
  const flops = 4 * heads * pairs * dim;
  const prepare = async (kernels) => {
    const numbers = (seed, length) => normalNumbers(seed, heads * length * dim);
    const qkv = { q: numbers(1, queries), k: numbers(2, keys), v: numbers(3, keys) };
    const head = heads - 1;
    const last = (data, length) => data.subarray(head * length * dim);
    const lastHead = { q: last(qkv.q, queries), k: last(qkv.k, keys), v: last(qkv.v, keys), keys, dim, causal };
    return {
      ours: kernels.map((kernel) => ({ name: kernel.name, ...ours.attention(kernel, shape, qkv) })),
      peers: await onnxruntime.attention(shape, qkv),
      ourRow: (output, row) => output.subarray((head * queries + row) * dim, (head * queries + row + 1) * dim),
      peerRow: (peer, y, row) => peer.row(y, head, row),
      right: (row) => plainRow(lastHead, row),
      rows: queries,
    };
  };
  return { name, flops, prepare };
}

function productCase(name, shape) {
  const { rows, columns, depth } = shape;
  const prepare = async (kernels) => {
    const ab = { a: normalNumbers(1, rows * depth), b: normalNumbers(2, columns * depth) };
    const dot = (row, column) => {
      let sum = 0;
      for (let x = 0; x < depth; x++) sum += ab.a[row * depth + x] * ab.b[column * depth + x];
      return sum;
    };
    return {
      ours: kernels.map((kernel) => ({ name: kernel.name, ...ours.product(kernel, shape, ab) })),
      peers: await onnxruntime.product(shape, ab),
      ourRow: (output, row) => output.subarray(row * columns, (row + 1) * columns),
      peerRow: (peer, y, row) => peer.row(y, 0, row),
      right: (row) => Float64Array.from({ length: columns }, (_, column) => dot(row, column)),
      rows,
    };
  };
  return { name, flops: 2 * rows * columns * depth, prepare };
}

async function measure({ name, flops, prepare }, available, rounds) {
  const kernels = available.filter((kernel) => kernel.name !== 'reference' || flops <= REFERENCE_FLOPS);
  const prepared = await prepare(kernels);
  const peers = prepared.peers.map((peer) => ({ ...peer, isAsync: true }));
  const times = await takeTurns([...prepared.ours, ...peers], rounds);
  const speed = (contender) => flops / median(times.get(contender)) / 1e6;
  const peer = peers.toSorted((a, b) => speed(b) - speed(a))[0];
  // Both times of a ratio come from the same round: what slows the machine for a while slows both.
  const ratio = (mine) => median(times.get(mine).map((ms, round) => times.get(peer)[round] / ms));
  const error = (rowOf) => {
    let largest = 0;
    for (let row = Math.max(0, prepared.rows - COMPARED_ROWS); row < prepared.rows; row++) {
      largest = Math.max(largest, largestDifference(rowOf(row), prepared.right(row)));
    }
    return largest;
  };
  const kernelsOf = {};
  for (const mine of prepared.ours) {
    kernelsOf[mine.name] = {
      gflops: speed(mine),
      ratio: peer && ratio(mine),
      error: error((row) => prepared.ourRow(mine.output, row)),
      ms: times.get(mine),
    };
  }
  const y = peer && (await peer.run()).y.data;
  return {
    name,
    flops,
    kernels: kernelsOf,
    onnxruntime: peer && {
      graph: peer.name,
      gflops: speed(peer),
      error: error((row) => prepared.peerRow(peer, y, row)),
      ms: times.get(peer),
      others: peers.filter((p) => p !== peer).map((p) => ({ graph: p.name, gflops: speed(p) })),
    },
  };
}

const kernels = ours.availableKernels();
const results = [];
for (const one of cases) {
  if (one.name.includes(options.only)) results.push(await measure(one, kernels, Number(options.rounds)));
}

const names = kernels.map((kernel) => kernel.name);
const fast = names.filter((name) => name !== 'reference');
const number = (value, digits = 1) => (value === undefined ? '–' : value.toFixed(digits));
const power = (value) => (value === undefined ? '–' : value.toExponential(0));
const { version } = onnxruntime;
console.log(`GFLOP/s on one thread, medians of ${options.rounds} interleaved rounds, Node ${process.version}`);
if (version)
  console.log(
    `onnxruntime-node ${version}, its faster graph; × is our speed through it; error is the largest absolute one against float64`,
  );
else
  console.log(
    'onnxruntime-node is not installed (npm ci --prefix load --ignore-scripts), so there is no peer to compare with',
  );
console.log('');
printTable(
  [
    '',
    ...names,
    'onnxruntime',
    'graph',
    ...fast.map((name) => `× ${name}`),
    ...fast.map((name) => `error ${name}`),
    'error ort',
  ],
  results.map(({ name, kernels, onnxruntime: peer }) => [
    name,
    ...names.map((kernel) => number(kernels[kernel]?.gflops)),
    number(peer?.gflops),
    peer?.graph ?? '–',
    ...fast.map((kernel) => number(kernels[kernel].ratio, 2)),
    ...fast.map((kernel) => power(kernels[kernel].error)),
    power(peer?.error),
  ]),
);
if (options.json) writeFileSync(options.json, JSON.stringify({ ...machine(), onnxruntime: version, results }, null, 2));
if (options.check) process.exitCode = check() ? 0 : 1;

function check() {
  const kernel = fast.filter((name) => name in PROMISED.ratio).at(-1);
  const ratio = results.find(({ name }) => name === PROMISED.shape)?.kernels[kernel]?.ratio;
  if (ratio === undefined) {
    console.log(`\nNOT CHECKED: needs a WASM kernel, onnxruntime-node and the shape ${PROMISED.shape}`);
    return false;
  }
  const promised = PROMISED.ratio[kernel];
  const kept = ratio >= promised;
  const found = `${kernel} on ${PROMISED.shape} ${ratio.toFixed(3)}×, promised ≥ ${promised}× onnxruntime-node`;
  console.log(`\n${kept ? 'kept' : 'NOT KEPT'}: ${found}`);
  return kept;
}
