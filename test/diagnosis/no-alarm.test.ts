import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { diagnose, said, USUAL_BUDGET_MS } from './diagnose.ts';
import { noisy, places } from './wrong/places.ts';
import { arithmetics, rightIn } from './wrong/right-answers.ts';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);

describe('a diagnosis', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it.each(arithmetics)('raises no alarm for right answers: $name', async (arithmetic) => {
    const alarms: string[] = [];
    for (const seed of SEEDS) {
      const { fields, expected } = rightIn(arithmetic, seed);
      const diagnosis = await diagnose(server.url, fields, expected, USUAL_BUDGET_MS);
      if (diagnosis.verdict === 'different') alarms.push(`seed ${seed}: ${said(diagnosis)}`);
    }
    expect(alarms).toEqual([]);
  });

  it.each(places)('tells where and gives no cause: $name', async (place) => {
    for (const seed of SEEDS) {
      const { fields, expected, where } = noisy(place, seed);
      const diagnosis = await diagnose(server.url, fields, expected, USUAL_BUDGET_MS);
      expect(diagnosis.verdict, `seed ${seed}`).toBe('different');
      expect(diagnosis.causes, `seed ${seed}`).toEqual([]);
      expect(diagnosis.where, `seed ${seed}`).toMatchObject(where);
    }
  });
});
