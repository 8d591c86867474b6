import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../server.ts';
import { madeUpTable } from './making.ts';

const WORDS = 100_000;
const DIMS = 1000;
const WORKERS = 4;

const directory = mkdtempSync(join(tmpdir(), 'vectors-'));
const large = join(directory, 'large.bin');
const small = join(directory, 'small.bin');
let bytes = 0;
beforeAll(() => {
  const table = madeUpTable(WORDS, DIMS);
  bytes = table.bytes.byteLength;
  writeFileSync(large, table.bytes);
  writeFileSync(small, madeUpTable(10, DIMS).bytes);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Resident bytes of a server with this table: when it is ready, and when all its threads have looked words up. */
async function residentBytes(file: string): Promise<{ ready: number; used: number }> {
  const server = await startServer({ VECTORS_FILE: file, WORKERS: String(WORKERS), LOG_LEVEL: 'error' });
  const resident = () =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) * 1024;
  const ready = resident();
  const body = JSON.stringify({ text: 'w0000001 w0000002 w0000007 w0090000', outputs: ['stats'] });
  const ask = async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/attention/text`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
  };
  for (let round = 0; round < 4; round++) await Promise.all(Array.from({ length: 2 * WORKERS }, ask));
  const used = resident();
  await server.stop();
  return { ready, used };
}

describe.runIf(process.platform === 'linux')('the table of word vectors', () => {
  it('is in memory once, however many threads there are', async () => {
    const without = await residentBytes(small);
    const { ready, used } = await residentBytes(large);
    expect(bytes).toBeGreaterThan(100e6);
    expect((ready - without.ready) / bytes).toBeLessThan(1.3);
    // Whatever else a thread needs for its first requests, it is no copy of its own.
    expect((used - ready) / bytes / WORKERS).toBeLessThan(0.5);
    // It is there at all.
    expect((ready - without.ready) / bytes).toBeGreaterThan(0.7);
  }, 60_000);
});
