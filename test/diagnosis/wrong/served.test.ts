import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../../http/serving.ts';
import { type RunningServer, startServer } from '../../server.ts';
import { attend } from './attend.ts';
import { drawn, drawnMultiHead } from './drawn.ts';
import { type Fields, isMultiHead, jsonOf } from './fields.ts';
import { attendMultiHead } from './multi-head.ts';
import { multiHeadNames } from './names/multi-head.ts';
import { attentionNames } from './names/names.ts';
import { relativeDifference } from './nested.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
/** Sums of some hundred products in float32. */
const FLOAT32 = 1e-5;

describe('the service, asked without habits', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  async function served(fields: Fields): Promise<unknown> {
    const path = isMultiHead(fields) ? '/attention/multi-head' : '/attention';
    const answer = await post(`${server.url}${path}`, jsonOf(fields));
    const body = (await answer.json()) as { output: unknown };
    expect(answer.status, JSON.stringify(body)).toBe(200);
    return body.output;
  }

  it.each(attentionNames)('gives what plain code gives on the problems of $name', async (one) => {
    for (const seed of SEEDS) {
      const { fields } = drawn(one, seed);
      expect(relativeDifference(await served(fields), attend(fields).output), `seed ${seed}`).toBeLessThan(FLOAT32);
    }
  });

  it.each(multiHeadNames)('gives what plain code gives on the problems of multi-head of $name', async (one) => {
    for (const seed of SEEDS) {
      const { fields } = drawnMultiHead(one, seed);
      const { output } = attendMultiHead(fields);
      expect(relativeDifference(await served(fields), output), `seed ${seed}`).toBeLessThan(FLOAT32);
    }
  });
});
