/** How the memory of the server is shared out, where nobody said it: limits in bytes that hold together. */

const MIB = 2 ** 20;

/** Limits that follow the memory, by their names in Config. */
export interface MemoryLimits {
  maxQueueBytes: number;
  maxOutputBytes: number;
  maxBodyBytes: number;
  maxRunBytes: number;
  stepCacheBytes: number;
  maxJobBytes: number;
}

/** What each is where there is room for all. */
export const ROOMY: MemoryLimits = {
  maxQueueBytes: 512 * MIB,
  maxOutputBytes: 256 * MIB,
  maxBodyBytes: 64 * MIB,
  maxRunBytes: 256 * MIB,
  stepCacheBytes: 64 * MIB,
  maxJobBytes: 128 * MIB,
};
const NAMES = Object.keys(ROOMY) as (keyof MemoryLimits)[];

/** Of what there is; the rest is for what the allocator cannot give back at once, and for the kernel. */
const USED_PART = 0.88;
/** Node, the vectors of words and heaps under load, measured: 0.16 GB and 0.045 GB for each thread when idle. */
const OWN_BYTES = 280 * MIB;
const THREAD_BYTES = 64 * MIB;
/** Bodies that wait; bodies on their way in and answers on their way out; what open requests hold. */
const QUEUES = 3;
/** A body makes tensors of up to twice its bytes. */
const OF_BODY = 2;
/** A number of 4 bytes is up to 16 characters of JSON. */
const OF_JSON = 4;
/** No body may be more than this part of all. */
const BODY_PART = 0.5;

/** Who holds what, beside the queues. */
export interface Holders {
  workers: number;
  /** Jobs whose bodies come from a Redis and whose answers go there; all others are in MAX_JOB_BYTES. 0 without one. */
  sharedJobs: number;
}

/** Those of a server with such settings. */
export const holdersOf = (config: {
  workers: number;
  jobConcurrency: number;
  redisUrl?: string | undefined;
}): Holders => ({
  workers: config.workers,
  sharedJobs: config.redisUrl === undefined ? 0 : config.jobConcurrency,
});

/** How many times each limit may be in memory: threads take up what is beyond the queues one request at a time each. */
function timesOf({ workers, sharedJobs }: Holders): MemoryLimits {
  // A part of somebody else's job beside them.
  const parts = sharedJobs > 0 ? 1 : 0;
  return {
    maxQueueBytes: QUEUES,
    // Each thread may open one more; all but one, if there are several, may write a long answer.
    maxOutputBytes: workers + OF_JSON * (Math.max(1, workers - 1) + sharedJobs) + parts,
    maxBodyBytes: OF_BODY * workers + sharedJobs + parts,
    maxRunBytes: 1,
    stepCacheBytes: 1,
    maxJobBytes: 1 - parts,
  };
}

/** The most memory that a server with such limits is promised to need, in bytes. */
export function promisedBytes(limits: MemoryLimits, holders: Holders): number {
  return ownBytes(holders.workers) + cost(limits, NAMES, holders);
}

/** What is wrong with limits that do not fit into the memory, as a sentence for whoever set them; undefined where they fit. */
export function shortage(
  settings: MemoryLimits & Parameters<typeof holdersOf>[0] & { memoryBytes: number },
): string | undefined {
  const { memoryBytes, workers } = settings;
  const promised = promisedBytes(settings, holdersOf(settings));
  if (promised <= USED_PART * memoryBytes) return undefined;
  const [needed, there] = [promised, memoryBytes].map((bytes) => `${Math.ceil(bytes / MIB)} MiB`);
  return `${workers} WORKERS and limits as they are may need ${needed}, and the memory is ${there}: requests will be refused, or the server killed; see docs/operations.md#memory`;
}

/**
 * Limits that fit into `memoryBytes`: as they are where there is room, else all made smaller by the same factor; bodies only
 * where they would be half of the queue. What is `given` stays, and the others share the rest.
 */
export function memoryLimits(
  { memoryBytes, ...holders }: Holders & { memoryBytes: number },
  given: Partial<MemoryLimits> = {},
): MemoryLimits {
  // What lies in Redis follows nobody's memory.
  const isHere = (name: keyof MemoryLimits) => name !== 'maxJobBytes' || holders.sharedJobs === 0;
  const open = NAMES.filter((name) => name !== 'maxBodyBytes' && given[name] === undefined && isHere(name));
  const maxQueueBytes = given.maxQueueBytes ?? ROOMY.maxQueueBytes;
  const standard = { ...ROOMY, maxBodyBytes: Math.min(ROOMY.maxBodyBytes, BODY_PART * maxQueueBytes), ...given };
  const fixed = NAMES.filter((name) => name !== 'maxBodyBytes' && given[name] !== undefined);
  const room = USED_PART * memoryBytes - ownBytes(holders.workers) - cost(standard, fixed, holders);
  const factor = (room - cost(standard, ['maxBodyBytes'], holders)) / cost(standard, open, holders);
  const whole = scaled(standard, open, Math.min(1, factor));
  if (given.maxBodyBytes !== undefined || standard.maxBodyBytes <= BODY_PART * whole.maxQueueBytes) return whole;
  // So little that bodies must be smaller, too, and leave more to the others.
  const half = { ...standard, maxBodyBytes: BODY_PART * standard.maxQueueBytes };
  return scaled(half, [...open, 'maxBodyBytes'], room / cost(half, [...open, 'maxBodyBytes'], holders));
}

const ownBytes = (workers: number) => OWN_BYTES + workers * THREAD_BYTES;

function cost(limits: MemoryLimits, names: readonly (keyof MemoryLimits)[], holders: Holders): number {
  const times = timesOf(holders);
  return names.reduce((sum, name) => sum + times[name] * limits[name], 0);
}

/** Whole MiB, one at least. */
function scaled(limits: MemoryLimits, names: readonly (keyof MemoryLimits)[], factor: number): MemoryLimits {
  const changed = names.map((name) => [name, MIB * Math.max(1, Math.floor((limits[name] * factor) / MIB))]);
  return { ...limits, ...Object.fromEntries(changed) };
}
