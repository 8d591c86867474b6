// The kernels' own benchmark as a part of the report: each shape with its arithmetic intensity, beside the machine's limits.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arithmetic, reading } from './limits.mjs';
import { progress } from './progress.mjs';

/** Bounds the benchmark. */
const MOST_MS = 600_000;
/** A turn of a limit lasts this long; the best of these many counts: a roof is what nothing can pass. */
const TURN_MS = 10;
const TURNS = 21;
/** What is read for the bandwidth: more than caches hold. */
const READ_NUMBERS = 2 ** 26;

/**
 * Runs bench.mjs for `rounds` rounds.
 * @returns {Promise<{ shapes: { name: string, intensity: number | undefined, gflops: Record<string, number> }[],
 *   peakGflops: number | undefined, readGigabytesPerSecond: number | undefined } | undefined>} `intensity` in floating-point
 *   operations a byte that must be read or written once; `undefined` when the benchmark fails
 */
export async function roofline({ rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'spotlight-bench-'));
  const file = join(folder, 'bench.json');
  try {
    progress('kernels: GFLOP/s over shapes on one thread');
    const script = fileURLToPath(new URL('bench.mjs', import.meta.url));
    const code = await runNode([script, '--rounds', String(rounds), '--json', file]);
    if (code !== 0) {
      console.log(`skipped: the roofline, as bench.mjs ended with ${code}`);
      return undefined;
    }
    return { shapes: shapesOf(JSON.parse(readFileSync(file, 'utf8'))), ...machineLimits() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What one thread reaches at best, by the native kernel's own loops; nothing where there is none. */
function machineLimits() {
  const peak = arithmetic();
  const plainRead = reading([new Float32Array(READ_NUMBERS)]);
  return {
    peakGflops: peak && peak.flops / msOf(peak.run) / 1e6,
    readGigabytesPerSecond: plainRead && plainRead.bytes / msOf(plainRead.run) / 1e6,
  };
}

function msOf(run) {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < TURNS; turn++) {
    const start = performance.now();
    let runs = 0;
    while (performance.now() - start < TURN_MS) {
      run();
      runs++;
    }
    best = Math.min(best, (performance.now() - start) / runs);
  }
  return best;
}

function shapesOf({ results }) {
  return results.map(({ name, flops, kernels, onnxruntime }) => {
    const gflops = Object.fromEntries(Object.entries(kernels).map(([kernel, one]) => [kernel, one.gflops]));
    if (onnxruntime) gflops.onnxruntime = onnxruntime.gflops;
    const bytes = bytesOf(name);
    return { name, intensity: bytes === undefined ? undefined : flops / bytes, gflops };
  });
}

/** The bytes of the float32 inputs and outputs of a case, from its name: heads×queries→keys×dim or rows×columns×depth. */
export function bytesOf(name) {
  const product = /^product (\d+)×(\d+)×(\d+)/.exec(name)?.slice(1).map(Number);
  if (product) {
    const [rows, columns, depth] = product;
    return 4 * (rows * depth + columns * depth + rows * columns);
  }
  const [, heads, queries, keys, dim] = /^(\d+)×\(?(\d+)(?:→(\d+)\))?×(\d+)/.exec(name) ?? [];
  if (heads === undefined) return undefined;
  return 4 * heads * dim * 2 * (Number(queries) + Number(keys ?? queries));
}

function runNode(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    const late = setTimeout(end, MOST_MS);
    child.once('exit', (code) => {
      clearTimeout(late);
      process.removeListener('exit', end);
      resolve(code);
    });
  });
}
