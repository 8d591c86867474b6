// Jobs while everything breaks: replicas are killed one after another and Redis is killed and started again in the middle. Each
// job ends once, with the bits of one machine; its end is told; and nothing is left of it in Redis. Needs redis-server.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { printTable } from './figures.mjs';
import { Book } from './jobs/book.mjs';
import { postAll, watchAll } from './jobs/clients.mjs';
import { startHook } from './jobs/hook.mjs';
import { keysLeft } from './jobs/left.mjs';
import { startReplicas } from './jobs/replicas.mjs';
import { answersOf, requests } from './jobs/requests.mjs';
import { progress, progressDone } from './progress.mjs';
import { startRedis } from './redis.mjs';
import { kernelOf, startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '200' },
    replicas: { type: 'string', default: '3' },
    'kill-every': { type: 'string', default: '3' },
    seconds: { type: 'string', default: '60' },
    check: { type: 'boolean', default: false },
  },
});
const [jobs, seconds, killEvery] = [values.jobs, values.seconds, values['kill-every']].map(Number);
/** Long enough to be looked at twice after the end, and for tries of callbacks; short enough to be waited for. */
const TTL_MS = 40_000;
/** Replicas forget what is due every two seconds, a hundred at a time; on a busy machine a little later. */
const SWEPT_MS = 15_000;
/** How long Redis is away. */
const AWAY_MS = 1000;
/** From the last post to the last end, at most: a job that loses its replica waits up to 10 s, each time. */
const LONGEST_MS = 180_000;
const TOLD_MS = 60_000;

const start = performance.now();
const clock = () => `${((performance.now() - start) / 1000).toFixed(0)} s`;
const requestOf = requests();
const common = { KERNEL: 'wasm', WORKERS: '1', LOG_LEVEL: 'warn', REDIS_URL: undefined };

const oracle = await startSpotlight(common);
const kernel = await kernelOf(oracle);
const right = await answersOf(
  oracle,
  Array.from({ length: jobs }, (_, i) => requestOf(i)),
);
await oracle.stop();

const redis = await startRedis({ appendfsync: 'always' });
const book = new Book(redis, 'spotlight:jobs', TTL_MS);
const hook = await startHook((job) => book.heard(job));
const replicas = await startReplicas(Number(values.replicas), {
  ...{ ...common, REDIS_URL: redis.url, REDIS_PREFIX: 'spotlight', SPREAD: 'always', MAX_JOB_BYTES: '1GiB' },
  ...{ JOB_TTL_MS: String(TTL_MS), CALLBACK_URLS: hook.url, CALLBACK_SECRET: hook.secret },
});

/** When the posts begin. */
const begin = performance.now();
let isPosted = false;
let redisAwayMs = 0;
let isLate = false;
const posted = () => book.jobs.filter((job) => job !== undefined);
const ids = () => new Set(posted().map(({ id }) => id));
const isSeen = ({ prints, gone }) => prints.length > 0 || gone !== undefined;
const haveEnded = () => isPosted && posted().every(isSeen);
const isWatched = () => haveEnded() && posted().every(({ prints, gone }) => prints.length > 1 || gone !== undefined);

const showing = setInterval(() => {
  const ended = posted().filter(isSeen).length;
  const { killed, retried } = replicas.counts;
  progress(`${clock()}: ${posted().length} posted, ${ended} ended, ${killed} killed, ${retried} asked again`);
}, 1000);
const posting = postAll({ jobs, seconds, replicas, book, requestOf, callbackUrl: hook.url }).then(() => {
  isPosted = true;
});
const breaking = breakThings();
const watching = watchAll({ book, replicas, isOver: () => isWatched() || isLate });
await posting;
const late = setTimeout(() => {
  isLate = true;
}, LONGEST_MS);
await Promise.all([breaking, watching]);
clearTimeout(late);
await replicas.allThere();
await until(() => missing(hook.taken()).length === 0, TOLD_MS);
const lastEnd = Math.max(...posted().map(({ endSeen = 0 }) => endSeen));
await until(
  () => keysLeft(redis, ids()).every(({ kind }) => kind !== 'orphan'),
  TTL_MS + SWEPT_MS - (performance.now() - lastEnd),
);
// As long as replicas are there, they give what queues are made of an end: what has none when they are gone has none for ever.
await replicas.stop();
const left = keysLeft(redis, ids());
clearInterval(showing);
progressDone();
report();
process.exit();

/** Kills replicas one after another until all jobs have ended, and Redis once, in the middle of the posts. */
async function breakThings() {
  let isRedisDue = true;
  while (!haveEnded() && !isLate) {
    await sleep(killEvery * 1000);
    await replicas.kill();
    if (!isRedisDue || performance.now() - begin < (seconds * 1000) / 2) continue;
    isRedisDue = false;
    const away = performance.now();
    await redis.kill();
    await sleep(AWAY_MS);
    await redis.start();
    redisAwayMs = performance.now() - away;
  }
}

async function until(isSo, ms) {
  const end = performance.now() + ms;
  while (!isSo() && performance.now() < end) await sleep(500);
}

function missing(ids) {
  const there = new Set(ids);
  return posted().filter(({ id }) => !there.has(id));
}

function report() {
  const all = posted();
  const ends = all.map(({ id }) => book.said(id)[0]);
  const count = (isSo) => all.filter(isSo).length;
  const isWrong = ({ prints, request }) => prints.some((print) => print !== right.get(request.name));
  const isRefused = ({ request }) => !right.get(request.name).startsWith('200');
  const kinds = (kind) => left.filter((key) => key.kind === kind).length;
  const isExpired = ({ isExpired: is, prints }) => is === true && prints.length === 0;
  // Not there before its time was over: 404 at the first look or at the second.
  const isLost = (job) => !job.isExpired && (job.gone !== undefined || job.prints.length === 0);
  const lost = count(isLost) + (jobs - all.length);
  const failed = count((job, i) => ends[i]?.state === 'failed' && !isRefused(job));
  const spread = count(({ request }, i) => request.isSpread && ends[i]?.spread?.parts > 1);
  const twice = book.endedTwice();
  const untold = missing(hook.taken());
  const keys = all.filter(({ ids }) => ids.size > 1);
  const bad = left.filter(({ kind }) => kind === 'orphan' || kind === 'for ever');
  const sum = (of) => ends.reduce((total, end) => total + (of(end ?? {}) ?? 0), 0);
  const { messages, refused, badSignatures } = hook.counts;
  console.log(
    `${jobs} jobs over ${values.replicas} replicas in ${clock()}, Node ${process.version}, ${kernel}; ` +
      `${replicas.counts.killed} killed, Redis once for ${(redisAwayMs / 1000).toFixed(1)} s; clients asked again ${replicas.counts.retried} times: ` +
      [...replicas.why].map(([reason, times]) => `${times} × ${reason}`).join(', '),
  );
  printTable(
    ['jobs', 'number'],
    [
      ['posted', all.length],
      ['done', count((_, i) => ends[i]?.state === 'done')],
      ['failed, as the route refuses them', count((job, i) => ends[i]?.state === 'failed' && isRefused(job))],
      ['failed', failed],
      ['lost', lost],
      ['expired before anybody looked', count(isExpired)],
      ['looked at again after the end', count(({ prints }) => prints.length > 1)],
      ['ended twice', twice.length],
      ['messages of ends among replicas', book.newsOfEnds],
      ['one key, several jobs', keys.length + book.strangers().length],
      ['attempts', sum(({ attempts }) => attempts)],
      ['wrong bits', count(isWrong)],
      ['spread', spread],
      ['parts', sum(({ spread: told }) => (told?.parts > 1 ? told.parts : 0))],
      ['callbacks told', all.length - untold.length],
      ['messages', messages],
      ['messages answered with 500', refused],
      ['bad signatures', badSignatures],
      ['keys left: of queues', kinds('lasting')],
      ['keys left: of idempotency, for a day', kinds('idempotency')],
      ['keys left: of killed attempts, for ten minutes', kinds('unfinished')],
      ['keys left: orphans', kinds('orphan')],
      ['keys left: for ever', kinds('for ever')],
    ],
  );
  for (const job of all.filter(isWrong))
    console.log(`wrong: ${job.id} ${job.request.name} ${job.prints} ≠ ${right.get(job.request.name)}`);
  for (const { id, request, gone } of all.filter(isLost)) console.log(`lost: ${id} ${request.name} ${gone ?? ''}`);
  for (const id of twice) console.log(`twice: ${id} ${JSON.stringify(book.said(id))}`);
  for (const { id, request } of untold) console.log(`not told: ${id} ${request.name}`);
  for (const id of book.strangers()) console.log(`nobody's: ${id}`);
  for (const { name, ms, kind } of left) if (kind !== 'idempotency') console.log(`left: ${name}, ${ms} ms, ${kind}`);
  promise(
    lost + failed === 0 && twice.length === 0 && keys.length + book.strangers().length === 0,
    'each job ends once',
  );
  promise(count(isWrong) + count(isExpired) === 0, 'with the bits of one machine');
  promise(untold.length === 0 && badSignatures === 0, 'its end is told, and signed');
  promise(bad.length === 0, 'nothing is left of it');
  promise(spread > 0 || jobs < 2, 'some of them are spread');
}

function promise(isKept, text) {
  if (values.check && !isKept) process.exitCode = 1;
  console.log(`${isKept ? 'kept' : 'NOT KEPT'}: ${text}`);
}
