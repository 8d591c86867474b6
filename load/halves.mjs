// Requests of float16 and bfloat16 on one thread, from the bytes of a safetensors body to the output: with the kernel
// widening as it loads, and with all tensors widened first, as kernels need it that do not read halves. Interleaved rounds.
import { parseArgs } from 'node:util';
import { chainCount } from '../dist/attention/plan.js';
import { createReferenceKernel } from '../dist/kernels/reference.js';
import { ShardRunner } from '../dist/kernels/run.js';
import { openRequest } from '../dist/requests/open.js';
import { SAFETENSORS } from './bodies.mjs';
import { takeTurns } from './contest.mjs';
import { median, printTable } from './figures.mjs';
import { reading } from './limits.mjs';
import { normalNumbers } from './numbers.mjs';
import { availableKernels } from './ours.mjs';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(options.rounds);
const kernel = availableKernels().at(-1);
const runner = new ShardRunner(kernel, createReferenceKernel());
const limits = { maxElements: 2 ** 26, maxBodyBytes: 2 ** 26, maxOutputBytes: 2 ** 28 };

/** Upper halves of float32, which are bfloat16; as float16 the same exponents are pulled to where that format has them. */
function patterns(dtype, seed, length) {
  const bits = new Uint32Array(normalNumbers(seed, length).buffer);
  if (dtype === 'BF16') return Uint16Array.from(bits, (b) => b >>> 16);
  return Uint16Array.from(bits, (b) => ((b >>> 16) & 0x83ff) | ((12 + ((b >>> 23) & 3)) << 10));
}

function bodyOf(dtype, tensors) {
  const header = {};
  let end = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = JSON.stringify(header);
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8);
  const body = new Uint8Array(new SharedArrayBuffer(8 + padded.length + end));
  new DataView(body.buffer).setBigUint64(0, BigInt(padded.length), true);
  body.set(Buffer.from(padded), 8);
  for (const [name, { data }] of Object.entries(tensors)) {
    body.set(new Uint8Array(data.buffer), 8 + padded.length + header[name].data_offsets[0]);
  }
  return body;
}

/** Opens and computes a request of this body in memory that is used again; `open` and `compute` do one half of it. */
function contender(body, readsHalves) {
  let chunk = new SharedArrayBuffer(0);
  let used = 0;
  const memory = (bytes) => {
    const byteOffset = used;
    used += Math.ceil(bytes / 8) * 8;
    return {
      buffer: used <= chunk.byteLength ? chunk : new SharedArrayBuffer(bytes),
      byteOffset: used <= chunk.byteLength ? byteOffset : 0,
    };
  };
  const job = { kind: 'attention', body, contentType: SAFETENSORS, accept: SAFETENSORS };
  const context = { ...limits, kernel: { ...kernel, readsHalves }, memory, vectors: undefined };
  const open = () => {
    used = 0;
    return openRequest(job, context);
  };
  const compute = ({ stages }) => {
    for (const stage of stages) {
      for (let chain = 0; chain < chainCount(stage); chain++) runner.runChain(stage, chain, 0, () => false);
    }
  };
  open();
  chunk = new SharedArrayBuffer(used);
  const opened = open();
  return { open, compute: { run: () => compute(opened) }, run: () => compute(open()), opened };
}

const outputOf = ({ opened, compute }) => {
  compute.run();
  return Buffer.from(new Uint8Array(opened.answer.output.data.slice().buffer));
};

const shapes = [
  { heads: 8, queries: 512, keys: 512, dim: 64 },
  { heads: 8, queries: 1, keys: 8192, dim: 64 },
];
const rows = [];
for (const { heads, queries, keys, dim } of shapes) {
  for (const dtype of ['F16', 'BF16']) {
    const tensor = (seed, length) => ({
      shape: [1, heads, length, dim],
      data: patterns(dtype, seed, heads * length * dim),
    });
    const tensors = { query: tensor(1, queries), key: tensor(2, keys), value: tensor(3, keys) };
    const body = bodyOf(dtype, tensors);
    const [loaded, first] = [contender(body, kernel.readsHalves), contender(body, false)];
    if (!outputOf(loaded).equals(outputOf(first))) throw new Error('the two ways differ');
    const bytes = tensors.key.data.byteLength + tensors.value.data.byteLength;
    const plain = reading([new Float32Array(tensors.key.data.buffer), new Float32Array(tensors.value.data.buffer)]);
    const wholes = [loaded, first];
    const times = await takeTurns(wholes, rounds);
    const parts = [loaded.compute, first.compute, ...(plain ? [plain] : [])];
    const partTimes = await takeTurns(parts, 3 * rounds, 10);
    const ms = (contender) => median(times.get(contender) ?? partTimes.get(contender));
    const ratio = (of, a, b) => median(of.get(a).map((time, i) => of.get(b)[i] / time)).toFixed(2);
    rows.push([
      `${heads}×(${queries}→${keys})×${dim} ${dtype}`,
      ...[ms(loaded).toFixed(2), ms(first).toFixed(2), ratio(times, loaded, first)],
      ...[ms(loaded.compute).toFixed(2), ms(first.compute).toFixed(2), ratio(partTimes, loaded.compute, first.compute)],
      queries === 1 ? (bytes / ms(loaded.compute) / 1e6).toFixed(1) : '',
      queries === 1 && plain ? `${(100 * ratio(partTimes, loaded.compute, plain)).toFixed(0)} %` : '',
    ]);
  }
}
console.log(
  `${kernel.name} on one thread, Node ${process.version}, medians of interleaved rounds. "First": all widened first.\n`,
);
printTable(['', 'ms', 'first', '×', 'compute ms', 'first', '×', 'GB/s', 'of a plain read'], rows);
