// The service beside what a user would otherwise write, in one run: closed loop, open loop up to beyond saturation, one
// request on two cores, the kernels' roofline, and memory. Writes JSON and a report with plots to load/results/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, PERCENTILES, printTable } from './figures.mjs';
import { closedLoop } from './http/closed-loop.mjs';
import { allContenders, availableKernels, fastifyPeer, spotlightWith, startAll } from './http/contenders.mjs';
import { LOADS, QUICK_LOADS, saturation } from './http/saturation.mjs';
import { allScenarios } from './http/scenarios.mjs';
import { spread } from './http/spread.mjs';
import { BURSTS, burst } from './memory/burst.mjs';
import { growth } from './memory/growth.mjs';
import { canReadMemory } from './memory/resident.mjs';
import { progress, progressDone } from './progress.mjs';
import { promises } from './promises.mjs';
import { reportPage } from './report/page.mjs';
import { roofline } from './roofline.mjs';

const PARTS = ['closed', 'spread', 'saturation', 'kernels', 'memory'];
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    parts: { type: 'string', default: PARTS.join() },
    only: { type: 'string', default: '' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    connections: { type: 'string', default: '8' },
  },
});
const { quick } = values;
const settings = {
  quick,
  seconds: Number(values.seconds ?? (quick ? 0.5 : 3)),
  /** A run takes longer than `seconds` when too few were answered by then, up to this. */
  mostSeconds: quick ? 2 : 15,
  rounds: Number(values.rounds ?? (quick ? 2 : 5)),
  /** V8 takes some thousand requests to compile what it runs most. */
  warmUpSeconds: quick ? 1 : 3,
  connections: Number(values.connections),
};
/** The server of the saturation curve refuses beyond this many, so that its waiting stays within what a client bears. */
const SATURATION_QUEUE = 128;
const SATURATION_SCENARIO = 'medium';
const MOST_MINUTES = quick ? 8 : 60;

const parts = values.parts.split(',');
const unknown = parts.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) {
  console.error(`--parts takes ${PARTS.join(', ')}, not ${unknown.join(', ')}`);
  process.exit(2);
}
const scenarios = allScenarios().filter(({ name }) => name.includes(values.only));

setTimeout(() => {
  console.error(`stopped after ${MOST_MINUTES} minutes: something hangs`);
  process.exit(1);
}, MOST_MINUTES * 60_000).unref();

const runs = {
  closed: runClosedLoop,
  spread: runSpread,
  saturation: runSaturation,
  kernels: runKernels,
  memory: runMemory,
};
const figures = { ...machine(), settings };
const kernels = availableKernels();
for (const part of PARTS) {
  if (!parts.includes(part)) continue;
  const start = performance.now();
  await runs[part]();
  progressDone();
  console.log(`${part}: ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
}
figures.promises = promises(figures);
printPromises();
writeResults();
if (values.check && figures.promises.some(({ kept }) => kept !== true)) process.exitCode = 1;

async function runClosedLoop() {
  if (quick) console.log('skipped: the reference kernel, which --quick leaves out');
  const compared = quick ? kernels.filter(({ choice }) => choice !== 'reference') : kernels;
  const { running, stop } = await startAll(allContenders(compared));
  try {
    figures.kernel = running[0].name;
    figures.closedLoop = await closedLoop(running, scenarios, settings);
  } finally {
    await stop();
  }
  progressDone();
  console.log(
    `closed loop: ${settings.connections} connections, ${settings.rounds} × ${settings.seconds} s each, Node ${process.version}; the load is made on the same machine\n`,
  );
  const rows = figures.closedLoop.flatMap(({ scenario, title, contenders }) =>
    contenders.map((one) => [
      `${scenario} ${title}`,
      one.who,
      one.requestsPerSecond.toFixed(one.requestsPerSecond < 100 ? 1 : 0),
      ...[0.5, 0.99].map((p) => one.percentiles[PERCENTILES.indexOf(p)].toFixed(2)),
      one.cpuMsPerRequest?.toFixed(3) ?? '–',
      one.megabytesPerSecond.toFixed(1),
      one.errors,
      Number.isFinite(one.ratio) ? one.ratio.toFixed(2) : '–',
      one.cpuRatio?.toFixed(2) ?? '–',
    ]),
  );
  const head = ['', 'who', 'requests/s', 'p50 ms', 'p99 ms', 'CPU ms each', 'MB/s in+out', 'errors', 'ours ×', 'CPU ×'];
  printTable(head, rows);
}

async function runSpread() {
  figures.spread = await spread(kernels[0], { pairs: quick ? 5 : 15 });
  progressDone();
  if (figures.spread === undefined) return;
  const { title, kernel, oneMs, twoMs, ratio } = figures.spread;
  console.log(
    `${title} on ${kernel}: one worker ${oneMs.toFixed(1)} ms, two ${twoMs.toFixed(1)} ms, ${ratio.toFixed(2)}×`,
  );
}

async function runSaturation() {
  const scenario = allScenarios().find(({ name }) => name === SATURATION_SCENARIO);
  const ours = spotlightWith(kernels[0], { MAX_QUEUE: String(SATURATION_QUEUE) });
  const { running, stop } = await startAll([ours, fastifyPeer]);
  const loads = quick ? QUICK_LOADS : LOADS;
  try {
    const curves = await saturation(running, scenario, { loads, seconds: quick ? 1 : 4 });
    figures.saturation = { title: scenario.title, queue: SATURATION_QUEUE, curves };
  } finally {
    await stop();
  }
  progressDone();
  console.log(
    `open loop, ${scenario.title}, latency in ms from the scheduled arrival; MAX_QUEUE=${SATURATION_QUEUE}\n`,
  );
  const rows = figures.saturation.curves.flatMap(({ who, points }) =>
    points.map((point) => [
      who,
      point.rate.toFixed(0),
      point.okPerSecond.toFixed(0),
      ...[point.p50, point.p99, point.lateP50].map((ms) => ms.toFixed(2)),
      point.refused,
      point.failed,
      point.unsent,
    ]),
  );
  printTable(['', 'arrivals/s', 'answers/s', 'p50', 'p99', 'sent late p50', '503', 'failed', 'not sent'], rows);
}

async function runKernels() {
  figures.roofline = await roofline({ rounds: quick ? 2 : 9 });
  progressDone();
  if (figures.roofline === undefined) return;
  const names = [...new Set(figures.roofline.shapes.flatMap(({ gflops }) => Object.keys(gflops)))];
  console.log('GFLOP/s on one thread\n');
  printTable(
    ['', ...names],
    figures.roofline.shapes.map(({ name, gflops }) => [name, ...names.map((one) => gflops[one]?.toFixed(1) ?? '–')]),
  );
}

async function runMemory() {
  if (!canReadMemory) {
    console.log('skipped: memory, which reads /proc');
    return;
  }
  figures.burst = await burst({ times: BURSTS });
  if (quick) console.log('skipped: growth over 100,000 requests, which takes more than --quick allows');
  else figures.growth = await growth({ requests: 100_000 });
  progressDone();
  const { title, idle, tensorMb, worst } = figures.burst;
  console.log(
    `${title}: ${tensorMb.toFixed(0)} MB in and out, idle ${idle.toFixed(0)} MB, peak ${worst.toFixed(2)}× above it`,
  );
  if (figures.growth)
    console.log(`growth over ${figures.growth.requests} requests: ${figures.growth.grown.toFixed(1)} MB`);
}

function printPromises() {
  const word = { true: 'kept', false: 'NOT KEPT', undefined: 'not measured' };
  printTable(
    ['promise', 'found', 'promised', ''],
    figures.promises.map(({ what, found, promised, kept }) => [what, found ?? '–', promised, word[kept]]),
  );
}

function writeResults() {
  progress('writing the report');
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const name = `load-${figures.date.replaceAll(':', '-')}`;
  writeFileSync(new URL(`${name}.json`, folder), JSON.stringify(figures, null, 2));
  writeFileSync(new URL(`${name}.html`, folder), reportPage(figures));
  progressDone();
  console.log(`\nwritten to ${fileURLToPath(new URL(`${name}.html`, folder))} and ${name}.json beside it`);
}
