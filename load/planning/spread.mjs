// When a request is worth spreading over two threads: the whole of it in one hop, or read in one, computed by both, and
// written in another, as the pool does for what is not small.
import { availableParallelism } from 'node:os';
import { planMs } from '../../dist/attention/cost.js';
import { chainCount } from '../../dist/attention/plan.js';
import { PoolMemory } from '../../dist/pool/pool-memory.js';
import { randomQkv, SAFETENSORS, safetensorsBody } from '../bodies.mjs';
import { median, printTable } from '../figures.mjs';
import { progress } from '../progress.mjs';
import { constantOf } from './constants.mjs';
import { breakEvenText } from './decision.mjs';
import { attentionRequest, config, createOpener, kernelChoices } from './opening.mjs';
import { withThreads } from './threads.mjs';
import { costs } from './turns.mjs';

const DIM = 64;
/** heads and length: one head is cut into chains of rows, several into chains of their own. */
const SHAPES = [64, 128, 256, 384, 512, 768, 1024].flatMap((length) => [
  { heads: 1, length },
  { heads: 4, length: length / 2 },
]);

export async function spread(settings) {
  if (availableParallelism() < 2) {
    console.log('skipped: spreading over two threads, as there is one core');
    return { figures: [], decisions: [] };
  }
  const found = [];
  for (const choice of kernelChoices()) {
    const opener = createOpener(choice);
    await withThreads({ workers: 2, kernel: choice }, async (threads) => {
      for (const shape of SHAPES) found.push(await measured(threads, opener, shape, settings));
    });
  }
  print(found);
  return { figures: found, decisions: found.length > 0 ? [decide(found)] : [] };
}

async function measured(threads, opener, { heads, length }, settings) {
  const name = `${heads}×${length}×${DIM}`;
  progress(`spread: ${name}, ${opener.kernel.name}`);
  const memory = new PoolMemory({ limitBytes: config.maxQueueBytes, onDropped: () => {} });
  const sent = safetensorsBody(randomQkv({ heads, length, dim: DIM }), [heads, length, DIM]);
  const body = memory.body(sent.length);
  body.set(sent);
  const request = attentionRequest(body, SAFETENSORS);
  const one = { run: () => onOne(threads, memory, request) };
  const two = { run: () => onTwo(threads, memory, request) };
  const found = await costs([one, two], settings);
  memory.close();
  const { stages } = opener.open(request);
  return {
    kernel: opener.kernel.name,
    name,
    planMs: planMs(stages, opener.kernel.shardCost),
    chains: chainCount(stages[0]),
    one: found.get(one),
    two: found.get(two),
  };
}

async function onOne(threads, memory, request) {
  const offered = memory.offersFor(request.body.byteLength);
  await threads.run({ kind: 'whole', request, offered });
  memory.giveBack(offered);
}

async function onTwo(threads, memory, request) {
  const offered = memory.offersFor(request.body.byteLength);
  const { stages, answer, memory: held } = await threads.run({ kind: 'open', request, offered });
  for (const stage of stages) {
    const claims = { state: new Int32Array(new SharedArrayBuffer(8)), count: chainCount(stage) };
    const task = { kind: 'compute', stage, claims };
    await Promise.all([threads.run(task), threads.run(task)]);
  }
  await threads.run({ kind: 'encode', answer });
  memory.giveBack([...offered.filter((_, offer) => !held.takenOffers.includes(offer)), ...held.buffers]);
}

function print(found) {
  console.log('\nThe whole request in one hop, or computed by two threads: ms on the clock / of processor time\n');
  printTable(
    ['', 'planned ms', 'chains', 'one thread', 'two threads', 'one / two', 'processor two / one'],
    found.map(({ kernel, name, planMs: ms, chains, one, two }) => [
      `${kernel} ${name}`,
      ms.toFixed(2),
      chains,
      ...[one, two].map(({ wall, cpu }) => `${wall.toFixed(2)} / ${cpu.toFixed(2)}`),
      (one.wall / two.wall).toFixed(2),
      (two.cpu / one.cpu).toFixed(2),
    ]),
  );
}

function decide(found) {
  const limit = constantOf('attention/cost', 'SMALL_MS');
  const write = (ms) => `${ms.toFixed(2)} ms`;
  const each = [...new Set(found.map(({ kernel }) => kernel))].map((name) => {
    const list = found.filter(({ kernel }) => kernel === name).toSorted((a, b) => a.planMs - b.planMs);
    const points = list.map(({ planMs: at, one, two }) => ({ at, one: one.wall, other: two.wall }));
    const near = list.reduce((best, one) =>
      Math.abs(Math.log(one.planMs / limit)) < Math.abs(Math.log(best.planMs / limit)) ? one : best,
    );
    return `${name}: two threads answer sooner for good ${breakEvenText(points, write)} of planned work; ${near.name} (${write(near.planMs)}) takes ${write(near.one.wall)} on one and ${write(near.two.wall)} on two, and spreading adds ${write(median(list.map(({ one, two }) => two.cpu - one.cpu)))} of processor time (median of all sizes)`;
  });
  return {
    decision: 'a request is spread over threads',
    measured: each.join('. '),
    constant: `plans above ${limit} ms, \`SMALL_MS\` in src/attention/cost.ts`,
    chosen:
      'twice what the further hops and memory of its own cost a request, so that a second core wins where it is free; one that is not free wins nothing',
  };
}
