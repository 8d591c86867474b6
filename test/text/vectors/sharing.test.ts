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
let bytes = 0;
beforeAll(() => {
  const table = madeUpTable(WORDS, DIMS);
  bytes = table.bytes.byteLength;
  writeFileSync(large, table.bytes);
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Resident {
  /** Bytes in memory of the whole process. */
  all: number;
  /** Those in mappings that are large enough to hold a copy of the table: whatever else there is comes and goes in small ones. */
  tables: number;
}

function residentOf(pid: number): Resident {
  const mappings = readFileSync(`/proc/${pid}/smaps`, 'utf8').matchAll(/^Rss:\s+(\d+) kB/gm);
  const each = Array.from(mappings, ([, kilobytes]) => Number(kilobytes) * 1024);
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  return { all: sum(each), tables: sum(each.filter((rss) => rss > bytes / 2)) };
}

/** What a server with the large table has in memory when it is ready, and when all its threads have looked words up. */
async function residentBytes(): Promise<{ ready: Resident; used: Resident }> {
  const server = await startServer({ VECTORS_FILE: large, WORKERS: String(WORKERS), LOG_LEVEL: 'error' });
  const ready = residentOf(server.pid);
  const body = JSON.stringify({ text: 'w0000001 w0000002 w0000007 w0090000', outputs: ['stats'] });
  const ask = async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/attention/text`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
  };
  for (let round = 0; round < 4; round++) await Promise.all(Array.from({ length: 2 * WORKERS }, ask));
  const used = residentOf(server.pid);
  await server.stop();
  return { ready, used };
}

describe.runIf(process.platform === 'linux')('the table of word vectors', () => {
  it('is in memory once, however many threads there are', async () => {
    const { ready, used } = await residentBytes();
    expect(bytes).toBeGreaterThan(100e6);
    for (const { tables } of [ready, used]) {
      // It is there at all, and there is no second one.
      expect(tables / bytes).toBeGreaterThan(0.95);
      expect(tables / bytes).toBeLessThan(1.3);
    }
    // Whatever else a thread needs for its first requests, it is no copy of its own.
    expect((used.all - ready.all) / bytes / WORKERS).toBeLessThan(0.5);
  });
});
