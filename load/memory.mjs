// What the server needs of memory: for one long request, for many at once, after many, at rest, and when it may have little. Reads
// /proc, so Linux only.
import { parseArgs } from 'node:util';
import { memoryLimits, promisedBytes } from '../dist/config/memory-limits.js';
import { BURSTS, burst } from './memory/burst.mjs';
import { fit } from './memory/fit.mjs';
import { growth } from './memory/growth.mjs';
import { longRequest } from './memory/long.mjs';
import { canReadMemory } from './memory/resident.mjs';
import { rest } from './memory/rest.mjs';
import { progressDone } from './progress.mjs';
import { MOST_BURST_TIMES, MOST_GROWN_MB, MOST_KEPT_PART, MOST_LONG_MB } from './promises.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    length: { type: 'string', default: '65536' },
    times: { type: 'string', default: '1' },
    requests: { type: 'string', default: '100000' },
    check: { type: 'boolean', default: false },
  },
});
if (!canReadMemory) {
  console.log('reads /proc, so it runs on Linux only');
  process.exit(0);
}

const times = Number(values.times);
const scenarios = { long, burst: manyAtOnce, growth: manyInARow, rest: afterBursts, fit: withLittle };
let kept = true;
for (const [name, run] of Object.entries(scenarios)) {
  if (name.includes(values.only)) await run();
}
if (values.check && !kept) process.exitCode = 1;

function promise(isKept, text) {
  kept &&= isKept;
  console.log(`${isKept ? 'kept' : 'NOT KEPT'}: ${text}\n`);
}

async function long() {
  const { title, idle, bodyMb, runs } = await longRequest({ length: Number(values.length), times });
  progressDone();
  console.log(
    `${title}, output only; body ${bodyMb.toFixed(1)} MB; idle ${idle.toFixed(0)} MB, Node ${process.version}`,
  );
  for (const { peak, usual, added, ms, error } of runs) {
    console.log(
      `peak ${peak.toFixed(0)} MB (median while it ran ${usual.toFixed(0)}), added ${added.toFixed(0)} MB, ${(ms / 1000).toFixed(1)} s; 7 rows differ by at most ${error.toExponential(0)} from the plain formula in float64`,
    );
  }
  const most = Math.max(...runs.map(({ added }) => added));
  promise(most < MOST_LONG_MB, `${most.toFixed(0)} MB added, promised < ${MOST_LONG_MB} MB`);
}

async function manyAtOnce() {
  const { title, idle, tensorMb, worst, after, runs } = await burst({ times: Math.max(BURSTS, times) });
  progressDone();
  console.log(
    `${title}: inputs and outputs ${tensorMb.toFixed(0)} MB; idle ${idle.toFixed(0)} MB, Node ${process.version}`,
  );
  for (const { peak, added } of runs) console.log(`peak ${peak.toFixed(0)} MB, added ${added.toFixed(0)} MB`);
  console.log(`${after.toFixed(0)} MB at rest afterwards`);
  promise(worst <= MOST_BURST_TIMES, `${worst.toFixed(2)}× the bytes, promised ≤ ${MOST_BURST_TIMES}×`);
}

async function manyInARow() {
  const { requests, sent, levels, grown, peak } = await growth({ requests: Number(values.requests) });
  progressDone();
  console.log(
    `mixed requests, MB after each ${requests / 2}: ${levels.map((mb) => mb.toFixed(0)).join(' ')}; peak ${peak.toFixed(0)} MB, Node ${process.version}`,
  );
  const over = `over the last ${requests.toLocaleString('en')} of ${sent.toLocaleString('en')}`;
  promise(grown < MOST_GROWN_MB, `${grown.toFixed(1)} MB grown ${over}, promised < ${MOST_GROWN_MB} MB`);
}

async function afterBursts() {
  const results = await rest();
  progressDone();
  for (const { title, before, peak, after, kept } of results) {
    console.log(`${title}: ${before.toFixed(0)} MB before, peak ${peak.toFixed(0)}, then each second`);
    console.log(after.map((mb) => mb.toFixed(0)).join(' '));
    const most = MOST_KEPT_PART * before;
    promise(kept <= most, `${kept.toFixed(0)} MB more than before, promised ≤ ${most.toFixed(0)} MB`);
  }
}

async function withLittle() {
  const workers = 2;
  for (const gibibytes of [0.5, 1, 2]) {
    const memoryBytes = gibibytes * 2 ** 30;
    const { idle, peak, statuses, hits, delay } = await fit({ memoryBytes, workers });
    progressDone();
    const holders = { workers, sharedJobs: 0 };
    const promised = promisedBytes(memoryLimits({ memoryBytes, ...holders }), holders) / 1e6;
    console.log(
      `${gibibytes} GiB: idle ${idle.toFixed(0)} MB, answers ${JSON.stringify(statuses)}, limits hit ${JSON.stringify(hits)}`,
    );
    console.log(`the HTTP thread was late by ${(1000 * delay).toFixed(0)} ms at most`);
    promise(peak <= promised, `peak ${peak.toFixed(0)} MB, promised ≤ ${promised.toFixed(0)} MB`);
  }
}
