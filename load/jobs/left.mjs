// What is left in Redis when jobs were forgotten, by a scan.

/** Of the queues themselves and of what replicas know of each other: nothing of any job. */
const LASTING =
  /:(queue|callbacks|parts-[\w-]+):(meta|id|events|marker|pc|stalled-check)$|:jobs:(replicas|pace|spreaders:[\w-]+)$/;
/** Keys of idempotency are promised for a day. */
const IDEMPOTENCY = /:jobs:job:key:/;
/**
 * What was written by a post or by an attempt that a kill or an absent Redis cut short: it belongs to no job, and goes within
 * ten minutes. Each new try of a post has an id of its own.
 */
const UNFINISHED = /:jobs:job:([0-9a-f-]{36}):(result|body):[\d:]+$/;
const UNFINISHED_MS = 600_000;

/** What PTTL answers of a key that has gone since the scan. */
const GONE = -2;
const TIMES = "local ms = {} for i, name in ipairs(KEYS) do ms[i] = redis.call('PTTL', name) end return ms";

/** @returns all keys with what is left of their time in ms, -1 = for ever, and what they are; `ids` are of jobs that were posted */
export function keysLeft(redis, ids) {
  const names = redis.cli('--scan').split('\n').filter(Boolean);
  const times = redis
    .cli('eval', TIMES, String(names.length), ...names)
    .split('\n')
    .map(Number);
  const all = names.map((name, i) => ({ name, ms: times[i], kind: kindOf(name, times[i], ids) }));
  return all.filter(({ ms }) => ms !== GONE);
}

function kindOf(name, ms, ids) {
  if (ms === -1) return 'for ever';
  if (IDEMPOTENCY.test(name)) return 'idempotency';
  if (LASTING.test(name)) return 'lasting';
  const [, id, what] = UNFINISHED.exec(name) ?? [];
  // A job that was posted goes with its body; an attempt that was not its end leaves a result.
  const isUnfinished = id !== undefined && ms <= UNFINISHED_MS && (what === 'result' || !ids.has(id));
  return isUnfinished ? 'unfinished' : 'orphan';
}
