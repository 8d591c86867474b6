import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { missed } from './diagnose.ts';
import { drawnPair } from './wrong/pairs.ts';

const PAIRS = 200;
const SHARE = 0.9;

describe('two misunderstandings at once', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it(`are both told of nine in ten of ${PAIRS} random pairs`, { timeout: 900_000 }, async () => {
    const wrong: string[] = [];
    for (let seed = 0; seed < PAIRS; seed++) wrong.push(...(await missed(server.url, drawnPair(seed))));
    expect((PAIRS - wrong.length) / PAIRS, wrong.join('\n')).toBeGreaterThanOrEqual(SHARE);
  });
});
