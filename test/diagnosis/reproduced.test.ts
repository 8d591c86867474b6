import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, type Serving, serve } from '../http/serving.ts';
import { drawn } from './wrong/drawn.ts';
import { jsonOf } from './wrong/fields.ts';
import { attentionNames } from './wrong/names/names.ts';
import { relativeDifference } from './wrong/nested.ts';

const SEEDS = [1, 2, 3];
/** Rounding of float32, where scores are up to some ten. */
const TOLERANCE = 1e-4;

interface Said {
  causes: { names: string[]; request: object | null }[];
  output: unknown;
}

describe('the request of a cause', () => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve({ logLevel: 'silent' });
  });
  afterAll(() => serving.app.close());

  async function answerOf(path: string, request: object): Promise<Said> {
    const answer = await post(`${serving.url}${path}`, jsonOf(request));
    const said = (await answer.json()) as Said;
    expect(answer.status, JSON.stringify(said)).toBe(200);
    return said;
  }

  it.each(attentionNames)('makes /attention give the numbers of $name, where it has one', async (one) => {
    for (const seed of SEEDS) {
      const { fields, expected } = drawn(one, seed);
      const { causes } = await answerOf('/attention/diagnose', { ...fields, expected_output: expected });
      for (const { request, names } of causes) {
        if (request === null) continue;
        const { output } = await answerOf('/attention', { ...fields, ...request });
        expect(relativeDifference(output, expected), `${names} by ${JSON.stringify(request)}`).toBeLessThan(TOLERANCE);
      }
    }
  });
});
