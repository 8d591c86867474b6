// Everything at once for a long time: whether memory stays where it was after warming up, descriptors come back, and nothing
// fails that should not. Reads /proc, so Linux only.
//
// Memory breathes while it is used: heaps grow until they are collected, and buffers of a burst are kept for the next one. What
// is left when nothing is asked for some seconds does not: by then the server has collected, and given back what it does not
// need. So the load rests after warming up, at the end, and where there is time in between, and the least of the last seconds
// of a rest counts. A leak lifts it.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { printTable } from './figures.mjs';
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
/** V8 compiles, and heaps find their size. */
const WARM_UP_PART = 1 / 3;
/** Rests after the one that warming up ends with. */
const PARTS = seconds >= 300 ? 4 : 1;
/** Buffers are kept for ten seconds; the server gives back what it has when it was calm for four, and looks at what that was for two. */
const REST_MS = 20_000;
/** The longest rest: on a busy machine a server is seldom calm for seconds on end. */
const LONGEST_REST_MS = 80_000;
/** The last part of a rest, in which memory is read, and how often. */
const LOOK_MS = 4000;
const LOOKS = 16;
/** Runs go soon, so that as many are kept after a minute as after an hour. */
const RUN_TTL_MS = 3000;
const END_MS = 20_000;
/** What heaps keep differs from rest to rest by more than a short soak may grow; a leak does not go away by resting again. */
const MORE_RESTS = 2;
const BEFORE_ANOTHER_MS = 5000;

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

/**
 * What the server holds when all that was asked is answered and `REST_MS` have passed, or more until it is no more than `wantedMb`,
 * and what it had just before.
 */
async function atRest(wantedMb) {
  isResting = true;
  while (working > 0) await pause(5);
  const usedMb = megabytes(server.pid, 'VmRSS');
  await pause(REST_MS - LOOK_MS);
  const looks = [];
  const mostLooks = LOOKS + ((LONGEST_REST_MS - REST_MS) / LOOK_MS) * LOOKS;
  while (looks.length < LOOKS || (Math.min(...looks) > wantedMb && looks.length < mostLooks)) {
    await pause(LOOK_MS / LOOKS);
    looks.push(megabytes(server.pid, 'VmRSS'));
  }
  const [heap, runs, runBytes] = await metric('nodejs_heap_size_used_bytes', 'spotlight_runs', 'spotlight_run_bytes');
  const found = {
    usedMb,
    mb: Math.min(...looks),
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
  let usedMs = 0;
  const useUntil = async (untilMs) => {
    const begun = performance.now();
    while (usedMs + performance.now() - begun < untilMs) {
      progress(`soak: ${((usedMs + performance.now() - begun) / 1000).toFixed(0)} of ${seconds} s`);
      await pause(200);
    }
    usedMs = untilMs;
    progress('soak: a rest');
    rests.push({
      at: usedMs / 1000,
      ...(await atRest((1 + MOST_GROWN_PART) * (rests[0]?.mb ?? Number.POSITIVE_INFINITY))),
    });
  };
  const warmUpMs = 1000 * seconds * WARM_UP_PART;
  await useUntil(warmUpMs);
  for (let part = 1; part <= PARTS; part++) await useUntil(warmUpMs + ((1000 * seconds - warmUpMs) * part) / PARTS);
  const grownPart = () => rests.at(-1).mb / rests[0].mb - 1;
  for (let more = 0; more < MORE_RESTS && grownPart() > MOST_GROWN_PART; more++)
    await useUntil(usedMs + BEFORE_ANOTHER_MS);
  isOver = true;
  await Promise.all(acting);
  progressDone();

  const [first, last] = [rests[0], rests.at(-1)].map(({ mb }) => mb);
  const asked = [...counts.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    `${asked.toLocaleString('en')} requests of ${counts.size} kinds in ${seconds} s; kernel ${await kernelOf(server)}, Node ${process.version}; idle ${idleMb.toFixed(0)} MB\n`,
  );
  printTable(
    ['after s of use', 'MB', 'MB at rest', 'heap MB', 'descriptors', 'runs', 'MB of runs'],
    rests.map(({ at, usedMb, mb, heapMb, descriptors, runs, runMb }) => [
      ...[at, usedMb, mb, heapMb].map((number) => number.toFixed(0)),
      ...[descriptors, runs, runMb.toFixed(1)],
    ]),
  );
  console.log(`\n${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}\n`);

  const grown = grownPart();
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
