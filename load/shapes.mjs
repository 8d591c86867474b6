// The fastest kernel beside onnxruntime-node, one thread each, over the shapes that its promise names: heads, lengths,
// dimensions, causal or not; and decoding beside a plain read of the same memory. Medians of interleaved rounds.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { takeTurns } from './contest.mjs';
import { machine, median, printTable } from './figures.mjs';
import { arithmetic, reading } from './limits.mjs';
import { normalNumbers } from './numbers.mjs';
import * as onnxruntime from './onnxruntime.mjs';
import * as ours from './ours.mjs';
import { differences, plainRow } from './plain.mjs';

const numbers = (text) => text.split(',').map(Number);
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    heads: { type: 'string', default: '1,4,8,12' },
    lengths: { type: 'string', default: '64,128,256,512,1024,2048,4096' },
    dims: { type: 'string', default: '64,128' },
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const kernel = ours.availableKernels().at(-1);
const peak = arithmetic();
/** Rows of the last head that are compared with the plain formula, the last of them. */
const COMPARED_ROWS = 32;
/** A turn is this short, so that both contenders of a ratio meet the same machine. */
const TURN_MS = 8;
const WARM_UP_MS = 300;

function inputs({ heads, queries, keys, dim }) {
  const of = (seed, length) => normalNumbers(seed, heads * length * dim);
  return { q: of(1, queries), k: of(2, keys), v: of(3, keys) };
}

/** Largest and mean error of the last rows of the last head against float64. */
function errorsOf(rowOf, { heads, queries, keys, dim, causal }, { q, k, v }) {
  const last = (data, length) => data.subarray((heads - 1) * length * dim);
  const head = { q: last(q, queries), k: last(k, keys), v: last(v, keys), keys, dim, causal };
  const found = [];
  for (let row = Math.max(0, queries - COMPARED_ROWS); row < queries; row++) {
    found.push(...differences(rowOf(row), plainRow(head, row)));
  }
  return { max: Math.max(...found), mean: found.reduce((a, b) => a + b, 0) / found.length };
}

async function measureShape(shape) {
  const { heads, queries, keys, dim, causal } = shape;
  const qkv = inputs(shape);
  const mine = ours.attention(kernel, shape, qkv);
  const peers = (await onnxruntime.attention(shape, qkv)).map((peer) => ({ ...peer, isAsync: true }));
  const times = await takeTurns([mine, ...peers, ...(peak ? [peak] : [])], rounds, TURN_MS);
  const pairs = causal ? (queries * (queries + 1)) / 2 : queries * keys;
  const flops = 4 * heads * pairs * dim;
  const peer = peers.toSorted((a, b) => median(times.get(a)) - median(times.get(b)))[0];
  const myTimes = times.get(mine);
  const y = peer && (await peer.run()).y.data;
  const row = (index) => mine.output.subarray(((heads - 1) * queries + index) * dim).subarray(0, dim);
  const result = {
    ...shape,
    ms: median(myTimes),
    gflops: flops / median(myTimes) / 1e6,
    ofPeak: peak && median(myTimes.map((ms, i) => flops / ms / (peak.flops / times.get(peak)[i]))),
    errors: errorsOf(row, shape, qkv),
    peer: peer && {
      graph: peer.name,
      gflops: flops / median(times.get(peer)) / 1e6,
      ratio: median(myTimes.map((ms, i) => times.get(peer)[i] / ms)),
      errors: errorsOf((index) => peer.row(y, heads - 1, index), shape, qkv),
    },
  };
  for (const { close } of peers) await close();
  return result;
}

async function measureDecoding(dim) {
  const shape = { heads: 8, queries: 1, keys: 8192, dim, causal: false };
  const qkv = inputs(shape);
  const mine = ours.attention(kernel, shape, qkv);
  const plain = reading(mine.keysAndValues);
  const peers = (await onnxruntime.attention(shape, qkv)).map((peer) => ({ ...peer, isAsync: true }));
  // The two that are compared follow each other alone, so that each finds in the caches what the other left there.
  const times = await takeTurns([mine, ...(plain ? [plain] : [])], 5 * rounds, TURN_MS);
  const peerTimes = await takeTurns(peers, rounds, TURN_MS);
  const bytes = qkv.k.byteLength + qkv.v.byteLength;
  const rate = (contender) => contender && bytes / median(times.get(contender) ?? peerTimes.get(contender)) / 1e6;
  const peer = peers.toSorted((a, b) => rate(b) - rate(a))[0];
  for (const { close } of peers) await close();
  const ofReading = plain && median(times.get(mine).map((ms, i) => times.get(plain)[i] / ms));
  return { ...shape, gbps: rate(mine), reading: rate(plain), ofReading, peer: rate(peer) };
}

// JavaScript is compiled while it runs: the plan is hot before anything is measured, as it is in a server.
const warmUp = { heads: 4, queries: 128, keys: 128, dim: 64, causal: true };
const { run: warm } = ours.attention(kernel, warmUp, inputs(warmUp));
await takeTurns([{ run: warm }], 1, WARM_UP_MS);

const results = [];
for (const dim of numbers(options.dims)) {
  for (const causal of [false, true]) {
    for (const heads of numbers(options.heads)) {
      for (const length of numbers(options.lengths)) {
        results.push(await measureShape({ heads, queries: length, keys: length, dim, causal }));
      }
    }
  }
}
const decoding = [];
for (const dim of numbers(options.dims)) decoding.push(await measureDecoding(dim));

const fixed = (value, digits) => (value === undefined ? '–' : value.toFixed(digits));
const percent = (value) => (value === undefined ? '–' : `${(100 * value).toFixed(0)} %`);
const power = (value) => (value === undefined ? '–' : value.toExponential(1));
console.log(`${kernel.name} and onnxruntime-node ${onnxruntime.version ?? '(not installed)'}, one thread each.`);
console.log(`Medians of ${rounds} interleaved rounds, Node ${process.version}; errors against float64.\n`);
printTable(
  ['', 'GFLOP/s', 'of the peak', 'onnxruntime', 'graph', '×', 'max error', 'ort', 'mean error', 'ort'],
  results.map(({ heads, queries, dim, causal, gflops, ofPeak, errors, peer }) => [
    `${heads}×${queries}×${dim}${causal ? ' causal' : ''}`,
    fixed(gflops, 1),
    percent(ofPeak),
    fixed(peer?.gflops, 1),
    peer?.graph ?? '–',
    fixed(peer?.ratio, 2),
    power(errors.max),
    power(peer?.errors.max),
    power(errors.mean),
    power(peer?.errors.mean),
  ]),
);
console.log('');
printTable(
  ['decoding, 1 query', 'GB/s', 'plain read', 'of it', 'onnxruntime'],
  decoding.map(({ heads, keys, dim, gbps, reading: plain, ofReading, peer }) => [
    `${heads}×(1→${keys})×${dim}`,
    fixed(gbps, 1),
    fixed(plain, 1),
    percent(ofReading),
    fixed(peer, 1),
  ]),
);

const promises = judge();
console.log('');
for (const { kept, text } of promises) console.log(`${kept ? 'kept' : 'NOT KEPT'}: ${text}`);
if (options.json) {
  writeFileSync(
    options.json,
    JSON.stringify({ ...machine(), kernel: kernel.name, onnxruntime: onnxruntime.version, results, decoding }, null, 2),
  );
}
if (options.check && !promises.every(({ kept }) => kept)) process.exitCode = 1;

/** What the native kernel promises, and what was found. */
function judge() {
  const compared = results.filter(({ peer }) => peer);
  const ratios = compared.map(({ peer }) => peer.ratio);
  const geomean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  const least = Math.min(...ratios);
  const long = results.filter(({ causal, queries }) => !causal && queries >= 512).map(({ ofPeak }) => ofPeak);
  const speedups = results
    .filter(({ causal, queries }) => causal && queries === 4096)
    .map(({ heads, dim, ms }) => {
      const full = results.find((r) => !r.causal && r.queries === 4096 && r.heads === heads && r.dim === dim);
      return full.ms / ms;
    });
  const bandwidth = Math.min(...decoding.map(({ ofReading }) => ofReading));
  const worse = (kind) =>
    compared.reduce((sum, { errors }) => sum + errors[kind], 0) /
    compared.reduce((sum, { peer }) => sum + peer.errors[kind], 0);
  const promise = (kept, text) => ({ kept, text });
  const judged = [
    promise(geomean >= 1.15, `geometric mean ${fixed(geomean, 2)}× onnxruntime, promised ≥ 1.15×`),
    promise(least >= 1, `least ${fixed(least, 2)}×, promised ≥ 1.00×`),
    promise(
      Math.min(...long) >= 0.8,
      `from 512 on, at least ${percent(Math.min(...long))} of the peak, promised ≥ 80 %`,
    ),
    promise(bandwidth >= 0.75, `decoding reads at ${percent(bandwidth)} of a plain read, promised ≥ 75 %`),
    promise(worse('max') <= 1, `max errors ${fixed(worse('max'), 2)}× those of onnxruntime, promised ≤ 1×`),
    promise(worse('mean') <= 1, `mean errors ${fixed(worse('mean'), 2)}× those of onnxruntime, promised ≤ 1×`),
  ];
  if (speedups.length > 0) {
    const slowest = Math.min(...speedups);
    judged.push(
      promise(slowest >= 1.8, `causal at 4096 at least ${fixed(slowest, 2)}× as fast as full, promised ≥ 1.8×`),
    );
  }
  return judged;
}
