// Threads for the measurements, with the settings of the service's own pool, and that pool itself.
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { AttentionPool } from '../../dist/pool/pool.js';
import { HeldBytes } from '../../dist/pressure/held-bytes.js';
import { Pressure } from '../../dist/pressure/pressure.js';
import { readTableFile, SMALL_TABLE } from '../../dist/text/vectors/file.js';
import { config, limits } from './opening.mjs';

/** Starts `workers` threads of worker.mjs, gives them to `measure`, and ends them. */
export async function withThreads({ workers, kernel }, measure) {
  const threads = new Piscina({
    filename: fileURLToPath(new URL('worker.mjs', import.meta.url)),
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    workerData: { kernel },
    recordTiming: false,
  });
  try {
    return await measure(threads);
  } finally {
    await threads.destroy();
  }
}

/** Starts the pool of the service, gives it to `measure`, and ends it. */
export async function withPool({ workers, kernel }, measure) {
  const { deadlineMs, maxQueue, maxQueueMs, maxQueueBytes, maxTextBytes, clientSharePercent } = config;
  const pool = new AttentionPool({
    ...{ workers, kernel, deadlineMs, maxQueue, maxQueueMs, maxQueueBytes, clientSharePercent, limits },
    held: new HeldBytes(maxQueueBytes, clientSharePercent),
    pressure: new Pressure(config),
    relaxedSimd: true,
    vectors: readTableFile(SMALL_TABLE),
    tokens: { maxTextBytes, files: [], faults: [] },
    log: { info() {}, warn: console.log, error: console.log },
  });
  try {
    await pool.ready;
    return await measure(pool);
  } finally {
    await pool.close();
  }
}

export const never = new AbortController().signal;
