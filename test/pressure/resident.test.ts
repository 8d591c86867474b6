import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';

const MIB = 2 ** 20;
const JSON_TYPE = { 'content-type': 'application/json' };
const isMeasured = process.platform === 'linux' && existsSync('dist/pressure/native/trim.node');

let server: RunningServer;
afterEach(() => server.stop());

/** A field of /proc/<pid>/status in bytes: VmRSS is now, VmHWM the peak. */
function bytesOf(field: string): number {
  const found = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'));
  return 1024 * Number(found?.[1]);
}

/** Posts the same so many times at once, and reads what comes; gives the statuses. */
async function burst(times: number, path: string, body: string): Promise<number[]> {
  return await Promise.all(
    Array.from({ length: times }, async () => {
      const answer = await fetch(server.url + path, { method: 'POST', headers: JSON_TYPE, body });
      await answer.arrayBuffer();
      return answer.status;
    }),
  );
}

const text = JSON.stringify({ text: 'The spotlight falls on each word, and on none for nothing. '.repeat(17_000) });
const rows = (length: number) => Array.from({ length }, (_, i) => [Math.sin(i)]);
/** Weights are the square of a small body. */
const wide = (length: number) =>
  JSON.stringify({ query: rows(length), key: rows(length), value: rows(length), need_weights: true });

describe.runIf(isMeasured)('the memory of a server', { timeout: 120_000 }, () => {
  it('is what it was before, soon after a burst', async () => {
    server = await startServer({ WORKERS: '2', LOG_LEVEL: 'warn' });
    await burst(2, '/attention', wide(8));
    const before = bytesOf('VmRSS');
    const after = 1.2 * before + 16 * MIB;
    for (let i = 0; i < 3; i++) expect(await burst(6, '/tokenize', text)).toEqual(Array(6).fill(200));
    expect(bytesOf('VmRSS')).toBeGreaterThan(after);
    // Without what gives it back it stays for ever: it is waited for, and the test ends when it comes.
    while (bytesOf('VmRSS') > after) await new Promise((resolve) => setTimeout(resolve, 200));
  });

  it('never is more than it may have, whatever is asked for at once', async () => {
    const memory = 512 * MIB;
    server = await startServer({ WORKERS: '2', LOG_LEVEL: 'warn', MEMORY_BYTES: String(memory) });
    const { limits } = (await (await fetch(`${server.url}/info`)).json()) as { limits: Record<string, number> };
    const largest = wide(Math.floor(Math.sqrt((0.9 * limits.max_output_bytes) / 4)));
    const statuses = [...(await burst(48, '/attention', largest)), ...(await burst(16, '/tokenize', text))];
    expect(statuses.filter((status) => ![200, 413, 503].includes(status))).toEqual([]);
    expect(statuses).toContain(200);
    expect(bytesOf('VmHWM')).toBeLessThan(memory);
  });
});
