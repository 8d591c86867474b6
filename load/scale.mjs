// What replicas are worth together: requests/s of 1, 2, 3 and 4 behind one gateway, with computing threads slowed so that the
// cores of this machine are not the limit; and what a Redis costs requests that need no sharing. Writes what one request costs
// for scale-model.mjs.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { JSON_TYPE, jsonBody, randomQkv, SAFETENSORS, safetensorsBody } from './bodies.mjs';
import { costPercent, costText, machine, median, printTable } from './figures.mjs';
import { written } from './http/lines.mjs';
import { progress, progressDone } from './progress.mjs';
import { LEAST_OF_FOUR, MOST_REDIS_COST } from './promises.mjs';
import { startRedis } from './redis.mjs';
import { has, nginx, startGateway } from './scale/others.mjs';
import { shoot } from './scale/shoot.mjs';
import { kernelOf, startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'replicas,redis,runs' },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '4' },
    replicas: { type: 'string', default: '4' },
    starts: { type: 'string', default: '12' },
    sleep: { type: 'string', default: '100' },
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
const [rounds, seconds, most, starts, sleepMs] = ['rounds', 'seconds', 'replicas', 'starts', 'sleep'].map((name) =>
  Number(values[name]),
);
const parts = values.only.split(',');
const CONNECTIONS = 8;
const SLOW_THREAD = new URL('scale/slow-thread.mjs', import.meta.url).pathname;
/** Not one of them refuses anything here: what counts is that they are counted. */
const LIMITS = { CALLER_REQUEST_RATE: '1000000', CALLER_WORK_RATE: '1000000000' };

/** So long that none shares a hop with others that wait: a thread would do several for one sleep. */
const [LENGTH, DIM] = [2048, 16];
const shape = [1, 1, LENGTH, DIM];
const large = {
  path: '/attention',
  type: SAFETENSORS,
  body: safetensorsBody(randomQkv({ heads: 1, length: LENGTH, dim: DIM }), shape),
};
const tinyBody = jsonBody(8, 4);
const tiny = written({ path: '/attention', type: JSON_TYPE, body: tinyBody });
/** Bytes of a header, and of the answer to a tiny request. */
const [HEADERS, TINY_ANSWER] = [200, 1000];
const RUNS = 20;
/** Many starts tell more than many rounds of one. */
const ROUNDS_OF_START = 3;
const IDLE_MS = 3000;

let isKept = true;
function say(kept, text) {
  isKept &&= kept;
  console.log(`${kept ? 'kept' : 'NOT KEPT'}: ${text}\n`);
}

/** In rounds, each in another order, so that a noisy machine is noisy for all. */
async function inTurns(contenders, name, times = rounds) {
  const runs = contenders.map(() => []);
  for (let round = 0; round < times; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const place = (round + turn) % contenders.length;
      const at = round % 2 === 0 ? place : contenders.length - 1 - place;
      progress(`${name}: round ${round + 1} of ${times}, ${contenders[at].name}`);
      runs[at].push(await shoot(contenders[at]));
    }
  }
  progressDone();
  return runs;
}

/** The median of the ratios within a round. */
const ratio = (runs, of) => median(runs.map(({ perSecond }, i) => perSecond / of[i].perSecond));

async function replicas(redis) {
  const env = { WORKERS: '1', SLEEP_MS: String(sleepMs), LOG_LEVEL: 'warn', ...(redis && { REDIS_URL: redis.url }) };
  const servers = [];
  let gateway;
  try {
    while (servers.length < most) servers.push(await startSpotlight(env, ['--import', SLOW_THREAD]));
    gateway = await startGateway(servers.map(({ port }) => port));
    const pids = [gateway.pid, ...servers.map(({ pid }) => pid)];
    const contenders = gateway.ports.map((port, i) => {
      const connections = 4 * (i + 1);
      return { name: `${i + 1}`, port, request: written(large), connections, seconds, pids };
    });
    await shoot({ ...contenders.at(-1), seconds: 2 });
    const runs = await inTurns(contenders, 'replicas');
    console.log(
      `1×${LENGTH}×${DIM} safetensors behind nginx, computing threads sleep ${sleepMs} ms after each task, kernel ${await kernelOf(servers[0])}`,
    );
    printTable(
      ['replicas', 'requests/s', 'of one', 'gateway CPU µs each'],
      runs.map((found, i) => [
        i + 1,
        median(found.map(({ perSecond }) => perSecond)).toFixed(1),
        ratio(found, runs[0]).toFixed(2),
        (1000 * median(found.map(({ cpuMs }) => cpuMs[0]))).toFixed(0),
      ]),
    );
    const all = ratio(runs.at(-1), runs[0]);
    if (most === 4)
      say(all >= LEAST_OF_FOUR, `4 replicas do ${all.toFixed(2)} times the work of one, promised ≥ ${LEAST_OF_FOUR}`);
    // Tiny ones are answered by threads that are not slowed.
    const [tinyRuns] = await inTurns([{ ...contenders.at(-1), name: 'tiny', request: tiny }], 'costs');
    return {
      scaling: runs.map((found) => ratio(found, runs[0])),
      large: { ...costsOf(runs.at(-1)), bytesIn: large.body.length, bytesOut: LENGTH * DIM * 4 },
      tiny: { ...costsOf(tinyRuns), bytesIn: tinyBody.length + HEADERS, bytesOut: TINY_ANSWER },
    };
  } finally {
    await gateway?.stop();
    for (const server of servers) await server.stop();
  }
}

/** ms of processor time of the gateway and of the replicas for one request. */
function costsOf(runs) {
  return {
    gatewayMs: median(runs.map(({ cpuMs }) => cpuMs[0])),
    replicaMs: median(runs.map(({ cpuMs }) => cpuMs.slice(1).reduce((sum, ms) => sum + ms, 0))),
  };
}

/** What one run costs Redis: each is started on one server, and its steps are read from another. */
async function runs(redis) {
  const servers = [];
  try {
    while (servers.length < 2) servers.push(await startSpotlight({ REDIS_URL: redis.url, WORKERS: '1' }));
    const [one, other] = servers;
    const seen = () =>
      ['total_commands_processed', 'total_net_input_bytes', 'total_net_output_bytes'].map((name) =>
        statOf(redis, name),
      );
    const now = () => [...seen(), redisCpuMs(redis), performance.now()];
    // What replicas tell and ask Redis for themselves is not of the runs.
    const [idle, before] = [now(), await new Promise((done) => setTimeout(() => done(now()), IDLE_MS))];
    const ofItself = (i) => (before[i] - idle[i]) / (before[4] - idle[4]);
    for (let i = 0; i < RUNS; i++) {
      const begun = await fetch(`${one.url}/attention?stream=1&detail=whole`, {
        method: 'POST',
        headers: { 'content-type': SAFETENSORS },
        body: large.body,
      });
      const { run } = await begun.json();
      if (!begun.ok) throw new Error(`a run is answered with ${begun.status}`);
      const events = await fetch(`${other.url}/runs/${run}/events`);
      if (!events.ok) throw new Error(`its steps are answered with ${events.status}`);
      await events.arrayBuffer();
      await fetch(`${one.url}/runs/${run}`, { method: 'DELETE' });
    }
    const after = now();
    const [commands, bytesIn, bytesOut, ms] = [0, 1, 2, 3].map((i) =>
      Math.max(0, (after[i] - before[i] - ofItself(i) * (after[4] - before[4])) / RUNS),
    );
    console.log(
      `a run of the same tensors, watched on another replica: ${commands.toFixed(1)} commands, ${(bytesIn / 1000).toFixed(0)} kB in and ${(bytesOut / 1000).toFixed(0)} kB out of Redis, ${ms.toFixed(2)} ms of it\n`,
    );
    return { commands, bytesIn, bytesOut, redisMs: ms };
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function stateless(redis) {
  const shared = { REDIS_URL: redis.url };
  const all = [
    { name: 'alone', env: {} },
    // What two processes of one program differ by is no cost.
    { name: 'alone, once more', env: {}, than: 0 },
    { name: 'with REDIS_URL', env: shared, than: 0 },
    { name: 'limits, alone', env: LIMITS },
    { name: 'limits, with REDIS_URL', env: { ...LIMITS, ...shared }, than: 3 },
  ];
  const runs = all.map(() => []);
  const redisRuns = [];
  let kernel;
  // Two processes of one program are not equally fast: a few of each.
  for (let begun = 0; begun < starts; begun++) {
    try {
      for (const one of all) {
        one.server = await startSpotlight({ ...one.env, LOG_LEVEL: 'warn' });
        const { port, pid } = one.server;
        Object.assign(one, { port, request: tiny, connections: CONNECTIONS, seconds: 1, pids: [pid] });
      }
      kernel = await kernelOf(all[0].server);
      for (const one of all) await shoot({ ...one, seconds: 2 });
      const before = [commandsOf(redis), redisCpuMs(redis)];
      const found = await inTurns(all, `redis, start ${begun + 1} of ${starts}`, ROUNDS_OF_START);
      for (const [i, one] of found.entries()) runs[i].push(one);
      redisRuns.push((redisCpuMs(redis) - before[1]) / (commandsOf(redis) - before[0]));
    } finally {
      for (const { server } of all) await server?.stop();
    }
  }
  console.log(`8×4 JSON on ${CONNECTIONS} connections, kernel ${kernel}`);
  const costs = all.map(
    ({ than }, i) => than !== undefined && costPercent(runs[i], runs[than], (run) => run.perSecond),
  );
  const cpu = all.map(
    ({ than }, i) => than !== undefined && costPercent(runs[i], runs[than], (run) => 1 / run.cpuMs[0]),
  );
  printTable(
    ['', 'requests/s', 'costs %', 'CPU µs each', 'costs %'],
    all.map(({ name }, i) => [
      name,
      median(runs[i].flat().map(({ perSecond }) => perSecond)).toFixed(0),
      costs[i] ? costText(costs[i]) : '',
      (1000 * median(runs[i].flat().map(({ cpuMs }) => cpuMs[0]))).toFixed(1),
      cpu[i] ? costText(cpu[i]) : '',
    ]),
  );
  const [, , unneeded, , counted] = costs;
  for (const [cost, what] of [
    [unneeded, 'REDIS_URL costs requests that need no sharing'],
    [counted, 'counting callers over replicas costs'],
  ]) {
    say(cost.median < MOST_REDIS_COST, `${what} ${costText(cost)} %, promised < ${MOST_REDIS_COST} %`);
  }
  return {
    costs: { shared: unneeded.median, limits: counted.median },
    tinyMs: median(runs[0].flat().map(({ cpuMs }) => cpuMs[0])),
    redisCommandMs: median(redisRuns),
  };
}

/** What it was asked since it began. */
const statOf = (redis, name) => Number(new RegExp(`${name}:(\\d+)`).exec(redis.cli('info', 'stats'))?.[1]);
const commandsOf = (redis) => statOf(redis, 'total_commands_processed');

/** Of its own clock: user and system. */
function redisCpuMs(redis) {
  const text = redis.cli('info', 'cpu');
  const of = (name) => Number(new RegExp(`${name}:([\\d.]+)`).exec(text)?.[1]);
  return 1000 * (of('used_cpu_sys') + of('used_cpu_user'));
}

const redis = has('redis-server', '--version') ? await startRedis({ appendfsync: 'always' }) : undefined;
if (redis === undefined) console.log('without Redis: there is no redis-server (apt-get install redis-server)');
try {
  const found = { machine: machine() };
  if (parts.includes('replicas') && nginx !== undefined) found.replicas = await replicas(redis);
  else if (parts.includes('replicas')) console.log('no replicas: there is no nginx (apt-get install nginx)');
  if (parts.includes('redis') && redis !== undefined) found.stateless = await stateless(redis);
  if (parts.includes('runs') && redis !== undefined) found.runs = await runs(redis);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(found, undefined, 2)}\n`);
  if (values.check && (!isKept || found.replicas === undefined || found.stateless === undefined)) process.exitCode = 1;
} finally {
  await redis?.stop();
}
process.exit();
