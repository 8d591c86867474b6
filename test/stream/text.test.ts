import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, type Serving, serve } from '../http/serving.ts';
import { type Client, dial } from './dial.ts';

let serving: Serving;
let client: Client;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
  client = await dial(serving.url);
});
afterAll(async () => {
  client.socket.close();
  await serving.app.close();
});

const body = { text: 'The cat sat on the mat', heads: ['semantic', 'position', 'previous-token'] };

describe('a run of words', () => {
  it.each(['whole', 'head', 'row', 'tile'] as const)(
    'shows each head as POST /attention/text answers it, by %s',
    async (detail) => {
      client.messages.length = 0;
      client.send({ type: 'start', id: detail, request: { kind: 'text', ...body }, detail, credits: 100_000 });
      await client.first('done');
      const { plan } = await client.first('started');
      expect(plan.words?.tokens).toEqual(['The', 'cat', 'sat', 'on', 'the', 'mat']);
      expect(plan.words?.heads).toHaveLength(3);
      expect(plan.sizes).toMatchObject({ heads: 3, queries: 6, keys: 6 });
      const answer = await post(`${serving.url}/attention/text`, JSON.stringify({ ...body, outputs: ['heads'] }));
      const { heads } = (await answer.json()) as { heads: { weights: number[][]; output?: number[][] }[] };
      for (const [head, { weights }] of heads.entries()) {
        const shown = client.steps
          .filter((step) => step.name === 'pattern' && step.head === head)
          .map(({ data }) => data);
        // By tile there is no pattern: the weights are what the running sum and the scores come to.
        if (detail !== 'tile') expect(detail === 'row' ? shown : shown[0]).toEqual(weights);
        const names = client.steps.filter((step) => step.head === head).map(({ name }) => name);
        expect(names[detail === 'whole' ? 1 : 0]).toBe('k');
        expect(names.at(-1)).toBe('z');
      }
      expect(client.steps.map(({ seq }) => seq)).toEqual(Array.from({ length: plan.steps }, (_, i) => i + 1));
    },
  );

  it('shows what one word sees in one head', async () => {
    client.messages.length = 0;
    const only = { heads: [2], rows: [2], steps: ['pattern'] };
    client.send({ type: 'start', id: 'sat', request: { kind: 'text', ...body }, detail: 'row', credits: 9, only });
    await client.first('done');
    const [step] = client.steps;
    expect(client.steps).toHaveLength(1);
    expect(step).toMatchObject({ head: 2, row: 2 });
    // The head looks at the token before: from "sat" to "cat".
    const weights = [step.data].flat(9).map(Number);
    expect(weights.indexOf(Math.max(...weights))).toBe(1);
  });

  it('starts from POST /attention/text?stream=1 as well', async () => {
    const answer = await post(`${serving.url}/attention/text?stream=1&detail=head`, JSON.stringify(body));
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({
      plan: { detail: 'head', words: { tokens: ['The', 'cat', 'sat', 'on', 'the', 'mat'] } },
    });
  });
});
