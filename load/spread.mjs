// One long causal attention as a job over three replicas that share a Redis: the same bytes as one machine gives, what each
// replica needs of memory, and what crosses the network. Needs redis-server; reads /proc, so Linux only.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { randomQkv, SAFETENSORS, safetensorsBody } from './bodies.mjs';
import { canReadMemory, megabytes as memoryOf } from './memory/resident.mjs';
import { MOST_SPREAD_MB } from './promises.mjs';
import { startRedis } from './redis.mjs';
import { startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    length: { type: 'string', default: '131072' },
    replicas: { type: 'string', default: '3' },
    spread: { type: 'string', default: 'always' },
    check: { type: 'boolean', default: false },
  },
});
if (!canReadMemory) {
  console.log('reads /proc, so it runs on Linux only');
  process.exit(0);
}

const LOOK_MS = 200;
const length = Number(values.length);
const body = safetensorsBody(randomQkv({ heads: 1, length, dim: 64 }), [1, length, 64], { is_causal: 'true' });
const large = { MAX_BODY_BYTES: '256MiB', DEADLINE_MS: '1200000', BODY_TIMEOUT_MS: '60000', LOG_LEVEL: 'warn' };
const headers = { 'content-type': SAFETENSORS };
const megabytes = (bytes) => Math.round(bytes / 1e6);

const redis = await startRedis();
const networkBefore = redisBytes();
const replicas = await Promise.all(
  Array.from({ length: Number(values.replicas) }, () =>
    startSpotlight({ ...large, REDIS_URL: redis.url, WORKERS: '1', SPREAD: values.spread, MAX_JOB_BYTES: '512MiB' }),
  ),
);
const idle = replicas.map(({ pid }) => memoryOf(pid, 'VmHWM'));
const start = performance.now();
const job = await (await fetch(`${replicas[0].url}/jobs?route=/attention`, { method: 'POST', headers, body })).json();
if (job.job === undefined) throw new Error(JSON.stringify(job));
const done = await ended(job.job);
const seconds = (performance.now() - start) / 1000;
const result = await bytesOf(await fetch(`${replicas.at(-1).url}/jobs/${job.job}/result`));
const added = replicas.map(({ pid }, i) => memoryOf(pid, 'VmHWM') - idle[i]);
const moved = redisBytes() - networkBefore;
await Promise.all(replicas.map(({ stop }) => stop()));

const one = await startSpotlight({ ...large, WORKERS: '1' });
const startOfOne = performance.now();
const whole = await bytesOf(await fetch(`${one.url}/attention`, { method: 'POST', headers, body }));
const secondsOfOne = (performance.now() - startOfOne) / 1000;
await one.stop();

const isSame = tensorsOf(result).equals(tensorsOf(whole));
console.log(`1×${length}×64 float32, causal; body ${megabytes(body.length)} MB; Node ${process.version}`);
console.log(`spread: ${JSON.stringify(done.spread)}`);
console.log(
  `${seconds.toFixed(1)} s as a job over ${replicas.length} replicas of one thread, ${secondsOfOne.toFixed(1)} s on one machine of one`,
);
console.log(
  `added at the peak: ${added.map((mb) => `${mb.toFixed(0)} MB`).join(', ')}; through Redis ${megabytes(moved)} MB, body and answer included`,
);
promise(isSame, 'the same bytes as one machine');
promise(
  Math.max(...added) < MOST_SPREAD_MB,
  `${Math.max(...added).toFixed(0)} MB added, promised < ${MOST_SPREAD_MB} MB`,
);
process.exit();

function promise(isKept, text) {
  if (values.check && !isKept) process.exitCode = 1;
  console.log(`${isKept ? 'kept' : 'NOT KEPT'}: ${text}`);
}

async function ended(id) {
  for (let i = 0; ; i++) {
    const found = await (await fetch(`${replicas[i % replicas.length].url}/jobs/${id}`)).json();
    if (['done', 'failed', 'cancelled'].includes(found.state)) {
      if (found.state !== 'done') throw new Error(JSON.stringify(found));
      return found;
    }
    await sleep(LOOK_MS);
  }
}

async function bytesOf(response) {
  if (!response.ok) throw new Error(await response.text());
  return Buffer.from(await response.arrayBuffer());
}

/** The numbers of a safetensors file: its header tells how they came to be. */
function tensorsOf(file) {
  return file.subarray(8 + Number(file.readBigUInt64LE(0)));
}

/** Bytes that Redis has read and written. */
function redisBytes() {
  const stats = redis.cli('info', 'stats');
  return ['input', 'output'].reduce(
    (sum, way) => sum + Number(new RegExp(`total_net_${way}_bytes:(\\d+)`).exec(stats)[1]),
    0,
  );
}
