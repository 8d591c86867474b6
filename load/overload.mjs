// Far more than the server can do: what comes back of five times its peak, beside that peak, and whether what was accepted is
// done in its time. Where there are two cores, the server has one of them and the load is made on another.
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { median, printTable, quantile } from './figures.mjs';
import { Lines, written } from './http/lines.mjs';
import { allScenarios, askOnce, binaryScenario } from './http/scenarios.mjs';
import { progress, progressDone } from './progress.mjs';
import { LEAST_GOODPUT } from './promises.mjs';
import { kernelOf, startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    times: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    deadline: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
  },
});
const [times, seconds, rounds, deadline] = ['times', 'seconds', 'rounds', 'deadline'].map((name) =>
  Number(values[name]),
);
/** As many as keep a server busy, and no more. */
const PEAK_CONNECTIONS = 16;
/** The client stays bounded, too: beyond this what should be sent is counted as not sent. */
const MOST_CONNECTIONS = 2048;
const DRAIN_MS = 10_000;
/** Bodies from this on are sent once the server says so, as curl does. */
const EXPECT_BYTES = 1024 * 1024;

/** Gives all threads of a process one core. @returns whether that could be done */
function pin(pid, core) {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Answers a second of a few connections that ask again when they are answered. */
async function peak(port, request) {
  const lines = new Lines(port, PEAK_CONNECTIONS);
  const start = performance.now();
  const end = start + 1000 * seconds;
  let done = 0;
  const one = async () => {
    while (performance.now() < end) {
      const { status } = await lines.ask(request);
      if (status !== 200) throw new Error(`${status} below the peak`);
      if (performance.now() <= end) done++;
    }
  };
  await Promise.all(Array.from({ length: PEAK_CONNECTIONS }, one));
  lines.close();
  return (1000 * done) / (end - start);
}

/**
 * Requests that arrive evenly spaced, whatever becomes of them. What is answered counts from when those that came first could
 * have waited as long as anyone: before, the queue is filling.
 */
async function overload(port, request, rate) {
  const lines = new Lines(port, MOST_CONNECTIONS);
  const outcome = { sent: 0, ok: 0, late: 0, refused: 0, expired: 0, failed: 0, unsent: 0, noRetryAfter: 0 };
  const took = [];
  const refusals = [];
  const start = performance.now();
  const full = start + 1000 * deadline;
  const end = full + 1000 * seconds;
  const arrivals = Math.floor(rate * (seconds + deadline));
  let okInTime = 0;
  const open = new Set();
  const send = () => {
    const begun = performance.now();
    const asked = lines.ask(request);
    if (asked === undefined) {
      outcome.unsent++;
      return;
    }
    outcome.sent++;
    const settled = asked.then(({ status, retryAfter }) => {
      open.delete(settled);
      const now = performance.now();
      if (status === 200) {
        outcome.ok++;
        took.push(now - begun);
        if (now - begun > 1000 * deadline) outcome.late++;
        if (now > full && now <= end) okInTime++;
      } else if (status === 503) {
        outcome.refused++;
        refusals.push(now - begun);
        if (retryAfter === undefined) outcome.noRetryAfter++;
      } else if (status === 504) outcome.expired++;
      else outcome.failed++;
    });
    open.add(settled);
  };
  for (let next = 0; next < arrivals; ) {
    const due = Math.min(arrivals, Math.floor(((performance.now() - start) * rate) / 1000) + 1);
    while (next < due) {
      send();
      next++;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.race([Promise.all(open), new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
  outcome.failed += open.size;
  lines.close();
  return { ...outcome, goodput: okInTime / seconds, took, refusals };
}

async function measure(server, scenario) {
  const asked = scenario.asked('spotlight');
  const expects = asked.body.length >= EXPECT_BYTES;
  const plain = written({ ...asked, expects });
  const timed = written({ ...asked, expects, headers: { 'Request-Timeout': String(deadline) } });
  await askOnce(server.url, asked);
  progress(`${scenario.title}: warming up`);
  const first = await peak(server.port, plain);
  // V8 compiles what refuses only when it has refused some thousands.
  await overload(server.port, timed, times * first);
  await overload(server.port, timed, times * first);
  const found = [];
  for (let round = 0; round < rounds; round++) {
    progress(`${scenario.title}: round ${round + 1} of ${rounds}, the peak`);
    const best = await peak(server.port, plain);
    progress(`${scenario.title}: round ${round + 1} of ${rounds}, ${times} times ${best.toFixed(0)} a second`);
    const over = await overload(server.port, timed, times * best);
    found.push({ best, ...over, ratio: over.goodput / best });
    await askOnce(server.url, asked);
  }
  return { title: scenario.title, found };
}

const isPinned = availableParallelism() >= 2 && pin(process.pid, 1);
const server = await startSpotlight({ LOG_LEVEL: 'warn', ...(isPinned && { WORKERS: '1' }) });
let kept = true;
try {
  if (isPinned) pin(server.pid, 0);
  // From where reading and refusing cost most beside computing, to where they cost least.
  const scenarios = [...allScenarios(), binaryScenario('long', { heads: 8, length: 2048, dim: 64 })].filter(
    ({ name }) => ['medium', 'binary', 'long'].includes(name) && name.includes(values.only),
  );
  const results = [];
  for (const scenario of scenarios) results.push(await measure(server, scenario));
  progressDone();
  console.log(
    `${times} times the peak for ${seconds} s, ${rounds} rounds; Request-Timeout: ${deadline}; kernel ${await kernelOf(server)}, Node ${process.version}; ` +
      `${isPinned ? 'the server on one core, the load on another' : 'server and load on the same cores'}\n`,
  );
  const sum = (found, of) => found.reduce((all, one) => all + of(one), 0);
  const rows = results.map(({ title, found }) => {
    const ratio = median(found.map((one) => one.ratio));
    const missed = sum(found, ({ late, expired, failed, noRetryAfter }) => late + expired + failed + noRetryAfter);
    const took = found.flatMap((one) => one.took);
    const refusals = found.flatMap((one) => one.refusals);
    const isKept = ratio >= LEAST_GOODPUT && missed === 0;
    kept &&= isKept;
    return [
      `${title}${isKept ? '' : ': NOT KEPT'}`,
      median(found.map(({ best }) => best)).toFixed(0),
      (sum(found, ({ sent }) => sent) / rounds / (seconds + deadline)).toFixed(0),
      median(found.map(({ goodput }) => goodput)).toFixed(0),
      ratio.toFixed(2),
      quantile(took, 0.5).toFixed(0),
      quantile(took, 0.99).toFixed(0),
      quantile(refusals, 0.5).toFixed(1),
      quantile(refusals, 0.99).toFixed(1),
      ...['late', 'expired', 'failed', 'noRetryAfter', 'refused', 'unsent'].map((name) =>
        sum(found, (one) => one[name]),
      ),
    ];
  });
  const head = ['', 'peak/s', 'sent/s', 'goodput/s', 'ratio', 'p50 ms', 'p99 ms', 'refusal p50', 'p99'];
  printTable([...head, 'late', '504', 'failed', 'no Retry-After', '503', 'not sent'], rows);
  console.log(
    `\n${kept ? 'kept' : 'NOT KEPT'}: goodput at least ${LEAST_GOODPUT} of the peak, and all that was accepted done within its ${deadline} s`,
  );
  if (values.check && !kept) process.exitCode = 1;
} finally {
  await server.stop();
}
