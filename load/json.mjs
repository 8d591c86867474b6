// The tensor JSON on one thread, without HTTP: reading query, key and value, and writing an output, beside JSON.parse, zod
// and JSON.stringify with the conversion to and from float32 that a service around them needs.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { writeJsonAnswer } from '../dist/codec/answer.js';
import { attentionTensorFields } from '../dist/codec/attention-options.js';
import { readJson } from '../dist/codec/json/json.js';
import { machine, median, printTable } from './figures.mjs';
import { normalNumbers } from './numbers.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '41' }, only: { type: 'string', default: '' } },
});
const rounds = Number(values.rounds);
/** A round of each contender takes about as long, so that a short body is not measured by the clock's grain. */
const ROUND_BYTES = 2 ** 20;

const NAMES = ['query', 'key', 'value'];
const SPELLINGS = {
  'six decimals': (x) => Number(x.toFixed(6)),
  'float32, shortest': (x) => Number(x.toPrecision(8)),
  float64: (x) => x * 1.0000000001,
};

function bodyOf(length, dim, spell) {
  const matrix = (seed) => {
    const numbers = Array.from(normalNumbers(seed, length * dim), spell);
    return Array.from({ length }, (_, row) => numbers.slice(row * dim, (row + 1) * dim));
  };
  return Buffer.from(JSON.stringify(Object.fromEntries(NAMES.map((name, i) => [name, matrix(i + 1)]))));
}

const memory = new SharedArrayBuffer(2 ** 22);
let used = 0;
const allocate = (bytes) => {
  const byteOffset = used;
  used += Math.ceil(bytes / 8) * 8;
  return { buffer: memory, byteOffset };
};

function read(body) {
  used = 0;
  const { tensors } = readJson(body, attentionTensorFields, { maxElements: 2 ** 24 }, allocate);
  return NAMES.map((name) => tensors.get(name).data);
}

function flatten(parsed) {
  return NAMES.map((name) => {
    const rows = parsed[name];
    const data = new Float32Array(rows.length * rows[0].length);
    for (let row = 0; row < rows.length; row++) data.set(rows[row], row * rows[0].length);
    return data;
  });
}

const Matrix = z.array(z.array(z.number()));
const Body = z.looseObject({ query: Matrix, key: Matrix, value: Matrix });

function write(data, length, dim) {
  const tensor = { dtype: 'float32', shape: [length, dim], data };
  return writeJsonAnswer([{ name: 'output', tensor }], { meta: { kernel: 'none' } }, 'nested');
}

function stringify(data, length, dim) {
  const output = Array.from({ length }, (_, row) => Array.from(data.subarray(row * dim, (row + 1) * dim)));
  return [Buffer.from(JSON.stringify({ output, meta: { kernel: 'none' } }))];
}

const bytesOf = (pieces) => pieces.reduce((sum, piece) => sum + piece.byteLength, 0);

function expectSame(one, other) {
  one.forEach((data, i) => {
    if (Buffer.compare(Buffer.from(data.slice().buffer), Buffer.from(other[i].slice().buffer)) !== 0)
      throw new Error('the readers disagree');
  });
}

/** Median ms of each contender, in turns, and the median of the ratios to the first within each round. */
function compare(contenders, times) {
  const measured = contenders.map(() => []);
  for (let round = -5; round < rounds; round++) {
    contenders.forEach((run, i) => {
      const start = performance.now();
      for (let time = 0; time < times; time++) run();
      if (round >= 0) measured[i].push((performance.now() - start) / times);
    });
  }
  return measured.map((list) => ({
    ms: median(list),
    ratio: median(list.map((ms, round) => ms / measured[0][round])),
  }));
}

const rows = [];
for (const [length, dim] of [
  [8, 4],
  [64, 64],
  [512, 64],
]) {
  for (const [spelling, spell] of Object.entries(SPELLINGS)) {
    const title = `${length}×${dim}, ${spelling}`;
    if (!title.includes(values.only)) continue;
    const body = bodyOf(length, dim, spell);
    expectSame(read(body), flatten(Body.parse(JSON.parse(body.toString()))));
    const readers = [
      () => read(body),
      () => flatten(JSON.parse(body.toString())),
      () => flatten(Body.parse(JSON.parse(body.toString()))),
    ];
    const [ours, plain, withZod] = compare(readers, Math.ceil(ROUND_BYTES / body.length));
    const speed = (bytes, { ms }) => (bytes / ms / 1e3).toFixed(0);
    rows.push([
      `read ${title}`,
      body.length,
      (1e3 * ours.ms).toFixed(1),
      ...[ours, plain, withZod].map((figure) => speed(body.length, figure)),
      plain.ratio.toFixed(2),
      withZod.ratio.toFixed(2),
    ]);
  }
  const title = `${length}×${dim}`;
  if (!title.includes(values.only)) continue;
  const output = normalNumbers(4, length * dim);
  const text = Buffer.concat(write(output, length, dim)).toString();
  expectSame([Float32Array.from(JSON.parse(text).output.flat())], [output]);
  const writers = [() => write(output, length, dim), () => stringify(output, length, dim)];
  const [ours, plain] = compare(writers, Math.ceil(ROUND_BYTES / text.length));
  // JSON.stringify writes the digits of a float64: more bytes for the same numbers.
  rows.push([
    `write ${title}`,
    text.length,
    (1e3 * ours.ms).toFixed(1),
    (text.length / ours.ms / 1e3).toFixed(0),
    (bytesOf(stringify(output, length, dim)) / plain.ms / 1e3).toFixed(0),
    '',
    plain.ratio.toFixed(2),
    '',
  ]);
}

const { node, platform } = machine();
console.log(`Node ${node}, ${platform}, one thread, medians of ${rounds} interleaved rounds\n`);
printTable(['', 'bytes', 'ours µs', 'ours MB/s', 'JSON MB/s', 'with zod MB/s', 'JSON / ours', 'with zod / ours'], rows);
