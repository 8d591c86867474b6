// What it would save to hand several small requests to a thread in one hop.
import { jsonBody } from '../bodies.mjs';
import { printTable } from '../figures.mjs';
import { progress } from '../progress.mjs';
import { microseconds } from './decision.mjs';
import { attentionRequest, kernelChoices } from './opening.mjs';
import { withThreads } from './threads.mjs';
import { costs } from './turns.mjs';

const SIZES = [
  [8, 4],
  [16, 16],
  [32, 32],
];
const COUNTS = [1, 2, 4, 8];

export async function batch(settings) {
  const [choice] = kernelChoices();
  if (choice === undefined) return { figures: [], decisions: [] };
  const found = [];
  await withThreads({ workers: 1, kernel: choice }, async (threads) => {
    for (const [length, dim] of SIZES) {
      const request = attentionRequest(jsonBody(length, dim));
      for (const count of COUNTS) {
        progress(`batch: ${count} of ${length}×${dim}`);
        const requests = Array(count).fill(request);
        const hops = {
          run: () => Promise.all(requests.map((one) => threads.run({ kind: 'requests', requests: [one] }))),
        };
        // Bodies that are the same object would be handed over once.
        const together = {
          run: () =>
            threads.run({ kind: 'requests', requests: requests.map((one) => ({ ...one, body: one.body.slice() })) }),
        };
        const costOf = await costs([hops, together], settings);
        found.push({ name: `${length}×${dim}`, count, hops: costOf.get(hops), together: costOf.get(together) });
      }
    }
  });
  print(found);
  return { figures: found, decisions: [decide(found)] };
}

function print(found) {
  console.log('\nSmall requests at once, a hop each or one for all: µs a request on the clock / of processor time\n');
  printTable(
    ['', 'at once', 'a hop each', 'one hop', 'clock: each / one', 'processor: each / one'],
    found.map(({ name, count, hops, together }) => [
      name,
      count,
      ...[hops, together].map(({ wall, cpu }) => `${microseconds(wall / count)} / ${microseconds(cpu / count)}`),
      (hops.wall / together.wall).toFixed(2),
      (hops.cpu / together.cpu).toFixed(2),
    ]),
  );
}

function decide(found) {
  const each = [...new Set(found.map(({ name }) => name))].map((size) => {
    const gains = found
      .filter(({ name, count }) => name === size && count > 1)
      .map(({ count, hops, together }) => `${(hops.cpu / together.cpu).toFixed(2)}× at ${count}`);
    return `${size} ${gains.join(', ')}`;
  });
  return {
    decision: 'several small requests share a hop',
    measured: `processor time of a hop each through that of one for all: ${each.join('; ')}`,
    constant: '8 requests, `MOST_IN_HOP` in src/pool/dispatch.ts, and 2 ms of work',
    chosen:
      'requests that wait while all threads are busy share a hop, each thread no more than its share of them; what a thread has not reached after 2 ms is given back. Alone, a request never waits for another',
  };
}
