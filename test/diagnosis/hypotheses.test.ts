import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { diagnose, isFirst, missed, said } from './diagnose.ts';
import { dumps } from './outside/dumps.ts';
import { type Drawn, drawn, drawnMultiHead } from './wrong/drawn.ts';
import { multiHeadNames } from './wrong/names/multi-head.ts';
import { attentionNames } from './wrong/names/names.ts';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);

describe('a single misunderstanding', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  async function allMissed(problems: readonly Drawn[]): Promise<string[]> {
    const result: string[] = [];
    for (const problem of problems) result.push(...(await missed(server.url, problem)));
    return result;
  }

  it.each(attentionNames)('$name is told of 20 random problems', async (one) => {
    expect(await allMissed(SEEDS.map((seed) => drawn(one, seed)))).toEqual([]);
  });

  it.each(multiHeadNames)('$name is told of 20 random problems of multi-head', async (one) => {
    expect(await allMissed(SEEDS.map((seed) => drawnMultiHead(one, seed)))).toEqual([]);
  });

  it.each(dumps)('is told of dump $name: $why', async ({ cause, verdict, where, request }) => {
    const { expected_output, ...fields } = request;
    const diagnosis = await diagnose(server.url, fields, expected_output);
    expect(verdict).toContain(diagnosis.verdict);
    if (cause === null) expect(diagnosis.causes).toEqual([]);
    else expect(isFirst(diagnosis, cause), said(diagnosis)).toBe(true);
    if (where !== undefined) expect(diagnosis.where).toMatchObject(where);
  });
});
