import { memoryLimits, promisedBytes } from './memory-limits.ts';

const MIB = 2 ** 20;
const SIZES = ['512 MiB', '1 GiB', '2 GiB', '4 GiB', '8 GiB', '16 GiB'];
const UNITS: Record<string, number> = { MiB: MIB, GiB: 2 ** 30 };

/** The table to size by, in Markdown, as it stands in docs/operations.md: memory → limits with two threads, and what fits. */
export function memoryTable(workers = 2): string {
  const rows = SIZES.map((size) => {
    const [count, unit] = size.split(' ');
    const holders = { workers, sharedJobs: 0 };
    const limits = memoryLimits({ memoryBytes: Number(count) * UNITS[unit], ...holders });
    const { maxQueueBytes, maxBodyBytes, maxOutputBytes, maxRunBytes, stepCacheBytes, maxJobBytes } = limits;
    const inMib = [maxQueueBytes, maxBodyBytes, maxOutputBytes, maxRunBytes, stepCacheBytes, maxJobBytes].map(
      (bytes) => bytes / MIB,
    );
    // Query, key and value of 64 numbers of 4 bytes each; weights of 4 bytes for each pair.
    const rows = Math.floor(maxBodyBytes / (3 * 64 * 4) / 1000);
    const pairs = Math.floor(Math.sqrt(maxOutputBytes / 4) / 100) * 100;
    const promised = Math.ceil(promisedBytes(limits, holders) / MIB);
    return `| ${size} | ${inMib.join(' | ')} | ${rows},000 × 64 | ${pairs} × ${pairs} | ${promised} |`;
  });
  return [
    '| memory | `MAX_QUEUE_BYTES` | `MAX_BODY_BYTES` | `MAX_OUTPUT_BYTES` | `MAX_RUN_BYTES` | `STEP_CACHE_BYTES` | `MAX_JOB_BYTES` | longest query, key and value in safetensors | most weights of a head | at most in use |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
