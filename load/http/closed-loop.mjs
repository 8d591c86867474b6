// Closed loop: each of a few connections asks again as soon as it is answered. All contenders take turns in every round.
import autocannon from 'autocannon';
import { median, PERCENTILES, quantile } from '../figures.mjs';
import { progress } from '../progress.mjs';
import { cpuMs } from './cpu-time.mjs';
import { askOnce } from './scenarios.mjs';

/** Answers that are timed one at a time for the phases of a request. */
const PHASE_RUNS = 15;
/** Answers on each connection that a run should see at least, unless that takes longer than `mostSeconds`. */
const LEAST_ANSWERS = 8;
/** A server is idle that takes no more than this part of a core over some ms. */
const IDLE_PART = 0.1;
const LOOK_MS = 100;
const MOST_SETTLING_MS = 5000;

/**
 * autocannon joins each body as text, which for a megabyte of numbers takes it as long as the server takes to compute them,
 * on the same cores. Nobody looks at those bodies: `askOnce` has compared an answer before.
 */
function keepNoBody(client) {
  client.pipelinedRequests.addBody = () => {};
}

/**
 * One run of autocannon. Only answers with 200 count, and only the time up to the last of them: what is in flight at the end
 * would otherwise be lost, and more so for those that are slow. Our own percentiles, as its histogram counts whole milliseconds.
 * @returns requests a second, latencies in ms, MB/s in and out, CPU ms a request of the server, and what was not 200
 */
export async function shoot({ url, pid }, { path, type, body }, { connections, seconds }) {
  const times = [];
  let lastMs = Number.NaN;
  const cpuBefore = cpuMs(pid);
  const start = performance.now();
  const instance = autocannon({
    url: url + path,
    method: 'POST',
    headers: { 'content-type': type },
    body,
    connections,
    duration: seconds,
    timeout: 30,
    setupClient: keepNoBody,
  });
  instance.on('response', (_client, status, _bytes, ms) => {
    if (status !== 200) return;
    times.push(ms);
    lastMs = performance.now();
  });
  const result = await instance;
  const cpuAfter = cpuMs(pid);
  const perSecond = times.length === 0 ? 0 : (1000 * times.length) / (lastMs - start);
  return {
    requests: times.length,
    seconds,
    requestsPerSecond: perSecond,
    percentiles: PERCENTILES.map((p) => quantile(times, p)),
    megabytesPerSecond: (perSecond * body.length + result.throughput.total / result.duration) / 1e6,
    cpuMsPerRequest: cpuBefore === undefined || times.length === 0 ? undefined : (cpuAfter - cpuBefore) / times.length,
    errors: result.errors + result.non2xx,
  };
}

/**
 * Waits until a server has done what was in flight when its run ended: some work on that for a second, and would do so in the
 * run of whoever comes next.
 */
async function settled({ pid }) {
  for (const end = performance.now() + MOST_SETTLING_MS; performance.now() < end; ) {
    const before = cpuMs(pid);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if (before === undefined || cpuMs(pid) - before <= IDLE_PART * LOOK_MS) return;
  }
}

/** A run that is long enough for a few answers on each connection, by how fast they came while warming up. */
function longEnough({ requestsPerSecond }, { seconds, mostSeconds, connections }) {
  const wanted = (LEAST_ANSWERS * connections) / Math.max(requestsPerSecond, 0.1);
  return Math.min(mostSeconds, Math.max(seconds, wanted));
}

/**
 * All scenarios on all running contenders, in `rounds` interleaved rounds. Each contender is warmed up, and its answer is
 * compared with the plain formula right before each run that counts.
 * @returns one result for each scenario: the median over the rounds for each contender, beside every round
 */
export async function closedLoop(running, scenarios, settings) {
  const { rounds, warmUpSeconds, connections } = settings;
  const results = [];
  for (const scenario of scenarios) {
    const targets = running
      .filter((contender) => contender.takes(scenario))
      .map((contender) => ({ contender, asked: scenario.asked(contender.dialect), runs: [] }));
    const skipped = running.filter((contender) => !contender.takes(scenario)).map(({ name }) => name);
    for (const name of skipped) console.log(`skipped: ${name} on ${scenario.title}, which takes it too long`);
    for (const target of targets) {
      const { contender, asked } = target;
      progress(`${scenario.title}: warming up ${contender.name}`);
      await askOnce(contender.url, asked);
      const warm = await shoot(contender, asked, { connections, seconds: warmUpSeconds });
      await settled(contender);
      target.seconds = longEnough(warm, settings);
    }
    for (let round = 0; round < rounds; round++) {
      // Another one begins in each round, and every other round goes backwards: nobody always comes after the same neighbor.
      for (let turn = 0; turn < targets.length; turn++) {
        const place = (round + turn) % targets.length;
        const {
          contender,
          asked,
          runs,
          seconds: longer,
        } = targets[round % 2 === 0 ? place : targets.length - 1 - place];
        progress(`${scenario.title}: round ${round + 1} of ${rounds}, ${contender.name}`);
        await askOnce(contender.url, asked);
        runs.push(await shoot(contender, asked, { connections, seconds: longer }));
        await settled(contender);
      }
    }
    const phases = [];
    for (const { contender, asked } of targets) {
      if (contender.dialect === 'spotlight')
        phases.push({ who: contender.name, ...(await timePhases(contender, asked)) });
    }
    results.push({
      scenario: scenario.name,
      title: scenario.title,
      contenders: targets.map((target) => summary(target, targets[0])),
      skipped,
      phases,
    });
  }
  return results;
}

function summary({ contender, runs }, first) {
  const of = (figure) => median(runs.map(figure));
  const ratio = (figure) => median(runs.map((run, round) => figure(first.runs[round], run)));
  const hasCpu = runs.every((run) => run.cpuMsPerRequest !== undefined);
  return {
    who: contender.name,
    dialect: contender.dialect,
    requestsPerSecond: of((run) => run.requestsPerSecond),
    percentiles: PERCENTILES.map((_, at) => of((run) => run.percentiles[at])),
    megabytesPerSecond: of((run) => run.megabytesPerSecond),
    cpuMsPerRequest: hasCpu ? of((run) => run.cpuMsPerRequest) : undefined,
    errors: runs.reduce((sum, run) => sum + run.errors, 0),
    /** Requests a second of the first contender through those of this one, round by round. */
    ratio: ratio((mine, theirs) => mine.requestsPerSecond / theirs.requestsPerSecond),
    /** CPU time of this one through that of the first. */
    cpuRatio: hasCpu ? ratio((mine, theirs) => theirs.cpuMsPerRequest / mine.cpuMsPerRequest) : undefined,
    runs,
  };
}

/** Where the time of a request goes when it is alone: what Server-Timing says, and the rest up to the client's clock. */
async function timePhases({ url }, asked) {
  const runs = [];
  for (let run = 0; run < PHASE_RUNS; run++) runs.push(await askOnce(url, asked));
  const phase = (name) =>
    median(runs.map(({ serverTiming }) => Number(new RegExp(`${name};dur=([\\d.]+)`).exec(serverTiming)?.[1] ?? 0)));
  const [decode, queue, compute, encode] = ['decode', 'queue', 'compute', 'encode'].map(phase);
  const total = median(runs.map(({ ms }) => ms));
  return { decode, queue, compute, encode, rest: Math.max(0, total - decode - queue - compute - encode), total };
}
