import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startServer } from '../server.ts';

const fuzzer = fileURLToPath(new URL('./fuzz.mjs', import.meta.url));
const SECONDS = 15;

/** What the fuzzer says of a server after its time: its faults, one a line, and how much it asked. */
function fuzz(url: string, seed: number): Promise<string> {
  return new Promise((resolve) =>
    execFile(process.execPath, [fuzzer, url, String(SECONDS), String(seed)], (_error, output) => resolve(output)),
  );
}

describe('requests that are valid, and then changed at random', () => {
  it.each([
    ['the kernel of this machine', {}, 1],
    ['the kernel of this machine', {}, 2],
    ['WebAssembly', { KERNEL: 'wasm' }, 3],
    ['WebAssembly', { KERNEL: 'wasm' }, 4],
  ])('are answered or refused, never broken, by %s', async (_name, settings, seed) => {
    const server = await startServer({ LOG_LEVEL: 'fatal', ...settings });
    const output = await fuzz(server.url, seed);
    expect(await server.stop()).toBe(0);
    const [, requests, faults] = output.match(/(\d+) requests, (\d+) faults/) ?? [];
    expect(faults, output).toBe('0');
    // Some hundreds a second on a quiet machine, and still enough to mean something where others compute.
    expect(Number(requests), output).toBeGreaterThan(SECONDS * 2);
  });
});
