// A hop: handing bytes to a thread and having its answer. What it costs by the bytes, copied, moved or shared.
import { readConfig } from '../../dist/config/config.js';
import { SharedMemory } from '../../dist/pool/shared-memory.js';
import { printTable } from '../figures.mjs';
import { progress } from '../progress.mjs';
import { constantOf } from './constants.mjs';
import { breakEvenText, bytesText, microseconds } from './decision.mjs';
import { withThreads } from './threads.mjs';
import { costs } from './turns.mjs';

const SIZES = [256, 1, 4, 16, 64, 256, 1024, 4096].map((size, i) => (i === 0 ? size : 1024 * size));
const { maxQueueBytes } = readConfig({});

/** Ways of handing a body over, each from the moment its bytes have come: they are gathered in memory of its kind. */
function bodies(threads, bytes) {
  const source = new Uint8Array(bytes).fill(1);
  const memory = new SharedMemory(maxQueueBytes);
  const gathered = (body) => {
    body.set(source);
    return body;
  };
  return {
    copied: async () => await threads.run({ kind: 'echo', body: gathered(new Uint8Array(bytes)) }),
    moved: async () => {
      const body = gathered(new Uint8Array(bytes));
      await threads.run({ kind: 'echo', body }, { transferList: [body.buffer] });
    },
    shared: async () => {
      const buffer = memory.takeOrAllocate(bytes);
      await threads.run({ kind: 'echo', body: gathered(new Uint8Array(buffer, 0, bytes)) });
      memory.giveBack([buffer]);
    },
  };
}

const answers = (threads, bytes) => ({
  copied: async () => await threads.run({ kind: 'bytes', bytes, isMoved: false }),
  moved: async () => await threads.run({ kind: 'bytes', bytes, isMoved: true }),
});

async function measured(what, waysOf, settings) {
  const rows = [];
  for (const bytes of SIZES) {
    progress(`hop: ${what} of ${bytesText(bytes)}`);
    const contenders = Object.entries(waysOf(bytes)).map(([way, run]) => ({ way, run }));
    const found = await costs(contenders, settings);
    rows.push({ bytes, ...Object.fromEntries(contenders.map((one) => [one.way, found.get(one)])) });
  }
  return rows;
}

export async function hop(settings) {
  return await withThreads({ workers: 1 }, async (threads) => {
    const body = await measured('body', (bytes) => bodies(threads, bytes), settings);
    const answer = await measured('answer', (bytes) => answers(threads, bytes), settings);
    print(body, answer);
    return { figures: { body, answer }, decisions: [...decideHop(body), decideShared(body), decideMoved(answer)] };
  });
}

const cost = ({ wall, cpu }) => `${microseconds(wall)} / ${microseconds(cpu)}`;

function print(body, answer) {
  console.log('\nA hop and back by the bytes of the body, and of the answer: µs on the clock / of processor time\n');
  printTable(
    ['', 'body copied', 'moved', 'shared', 'answer copied', 'moved'],
    body.map(({ bytes, copied, moved, shared }, i) => [
      bytesText(bytes),
      ...[copied, moved, shared, answer[i].copied, answer[i].moved].map(cost),
    ]),
  );
}

function decideHop([least, ...others]) {
  const of = (bytes) => others.find((row) => row.bytes === bytes);
  const [k64, k256] = [64 * 1024, 256 * 1024].map(of);
  return [
    {
      decision: 'what a hop to a worker and back costs',
      measured: `${cost(least.copied)} µs (clock / processor) with 256 B; 64 KiB: ${cost(k64.copied)} copied, ${cost(k64.shared)} shared; 256 KiB: ${cost(k256.copied)} copied, ${cost(k256.shared)} shared`,
      constant: '–',
      chosen: 'small requests take one hop: the thread that reads one computes and writes it too',
    },
  ];
}

/** What is to be gained before another way counts as cheaper; less is within the noise. */
const GAIN = 1.1;
/** By processor time, which other work on the machine disturbs least. */
const points = (rows, one, other) =>
  rows.map((row) => ({ at: row.bytes, one: row[one].cpu, other: GAIN * row[other].cpu }));

function decideShared(body) {
  const constant = constantOf('pool/pool-memory', 'SHARED_BODY_BYTES');
  return {
    decision: 'bodies gathered in shared memory in place of being copied to their thread',
    measured: `sharing costs a tenth less than copying ${breakEvenText(points(body, 'copied', 'shared'), bytesText)}; moving ${breakEvenText(points(body, 'copied', 'moved'), bytesText)}`,
    constant: `${bytesText(constant)}, \`SHARED_BODY_BYTES\` in src/pool/pool-memory.ts`,
    chosen:
      'shared, not moved: large tensors are computed where the body lies, by several threads. The constant is on the safe side: whole requests cost the same either way at 25 KB, and a tenth less processor time shared at 50 KB',
  };
}

function decideMoved(answer) {
  const constant = constantOf('worker/worker', 'TRANSFER_BYTES');
  return {
    decision: 'pieces of answers moved to the HTTP thread in place of being copied',
    measured: `moving costs a tenth less than copying ${breakEvenText(points(answer, 'copied', 'moved'), bytesText)}`,
    constant: `${bytesText(constant)}, \`TRANSFER_BYTES\` in src/worker/worker.ts`,
    chosen: 'moved from the constant on',
  };
}
