// Everything at once for a long time: whether memory stays where it was after warming up, descriptors come back, and nothing
// fails that should not. Reads /proc, so Linux only.
//
// Memory breathes: heaps grow until they are collected, and buffers of a burst are kept for the next one. A leak lifts what it
// comes down to. So the load rests ten times, for long enough that all that is on its way has gone, and the resident memory
// at the end of each rest counts: the median of the rests of the last third beside that of the first third after warming up.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { median, printTable } from './figures.mjs';
import { canReadMemory, megabytes } from './memory/resident.mjs';
import { progress, progressDone } from './progress.mjs';
import { MOST_GROWN_PART } from './promises.mjs';
import { kernelOf, startSpotlight } from './server.mjs';
import { actors } from './soak/actors.mjs';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '1800' }, check: { type: 'boolean', default: false } },
});
const seconds = Number(values.seconds);
if (!canReadMemory) {
  console.log('reads /proc, so it runs on Linux only');
  process.exit(0);
}
/** The first part warms up. */
const WARM_UP_PART = 0.25;
const PERIODS = 12;
/** How long nothing is asked before memory is read. */
const REST_MS = Math.min(2000, (1000 * seconds) / PERIODS / 4);
/** Runs go soon, so that as many are kept after a minute as after an hour. */
const RUN_TTL_MS = 3000;
const END_MS = 20_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const server = await startSpotlight({ LOG_LEVEL: 'warn', RUN_TTL_MS: String(RUN_TTL_MS) });
const failures = new Map();
const counts = new Map();
let isResting = false;
let isOver = false;
let working = 0;

async function metric(...names) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return names.map((name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]));
}
const descriptors = () => readdirSync(`/proc/${server.pid}/fd`).length;

async function act(name, one) {
  while (!isOver) {
    if (isResting) {
      await pause(5);
      continue;
    }
    working++;
    try {
      await one(server);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    } catch (error) {
      const what = `${name}: ${error.message}`;
      failures.set(what, (failures.get(what) ?? 0) + 1);
    } finally {
      working--;
    }
  }
}

/** What the server holds when all that was asked is answered and `REST_MS` have passed. */
async function atRest() {
  isResting = true;
  while (working > 0) await pause(5);
  await pause(REST_MS);
  const [heap, runs, runBytes] = await metric('nodejs_heap_size_used_bytes', 'spotlight_runs', 'spotlight_run_bytes');
  const found = {
    mb: megabytes(server.pid, 'VmRSS'),
    heapMb: heap / 1e6,
    descriptors: descriptors(),
    runs,
    runMb: runBytes / 1e6,
  };
  isResting = false;
  return found;
}

/** Waits for what must come to be. @returns whether it did */
async function comes(condition) {
  for (const end = performance.now() + END_MS; performance.now() < end; await pause(100))
    if (await condition()) return true;
  return false;
}

let kept = true;
const promise = (isKept, what) => {
  kept &&= isKept;
  console.log(`${isKept ? 'kept' : 'NOT KEPT'}: ${what}`);
};
try {
  const idleDescriptors = descriptors();
  const idleMb = megabytes(server.pid, 'VmRSS');
  const acting = Object.entries(actors()).map(([name, one]) => act(name, one));
  const rests = [];
  const start = performance.now();
  for (let period = 1; period <= PERIODS; period++) {
    while (performance.now() - start < (1000 * seconds * period) / PERIODS) {
      progress(`soak: ${((performance.now() - start) / 1000).toFixed(0)} of ${seconds} s`);
      await pause(200);
    }
    rests.push({ at: (performance.now() - start) / 1000, ...(await atRest()) });
  }
  isOver = true;
  await Promise.all(acting);
  progressDone();

  const counted = rests.slice(Math.round(WARM_UP_PART * PERIODS));
  const third = Math.floor(counted.length / 3);
  const [first, last] = [counted.slice(0, third), counted.slice(-third)].map((some) =>
    median(some.map(({ mb }) => mb)),
  );
  const asked = [...counts.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    `${asked.toLocaleString('en')} requests of ${counts.size} kinds in ${seconds} s; kernel ${await kernelOf(server)}, Node ${process.version}; idle ${idleMb.toFixed(0)} MB\n`,
  );
  printTable(
    ['at s', 'MB at rest', 'heap MB', 'descriptors', 'runs', 'MB of runs'],
    rests.map(({ at, mb, heapMb, descriptors, runs, runMb }) => [
      at.toFixed(0),
      mb.toFixed(0),
      heapMb.toFixed(0),
      descriptors,
      runs,
      runMb.toFixed(1),
    ]),
  );
  console.log(`\n${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}\n`);

  const grown = last / first - 1;
  promise(
    grown <= MOST_GROWN_PART,
    `from ${first.toFixed(0)} to ${last.toFixed(0)} MB after warming up, ${(100 * grown).toFixed(1)} %, promised ≤ ${100 * MOST_GROWN_PART} %`,
  );
  for (const [what, count] of [...failures].slice(0, 10)) console.log(`  ${count} × ${what}`);
  promise(failures.size === 0 && counts.size === acting.length, 'everybody got what they should');
  const isEmpty = await comes(async () =>
    (await metric('spotlight_runs', 'spotlight_viewers', 'spotlight_queue_bytes')).every((left) => left === 0),
  );
  promise(isEmpty, 'no run, viewer or body is left');
  // The connection that asks for metrics is there still.
  const areClosed = await comes(async () => descriptors() <= idleDescriptors + acting.length + 2);
  promise(
    areClosed,
    `${idleDescriptors} descriptors before, ${descriptors()} at the end, with the connections of ${acting.length} clients`,
  );
} finally {
  await server.stop();
}
if (values.check && !kept) process.exitCode = 1;
process.exit();
