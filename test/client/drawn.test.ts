import { SpotlightClient } from 'spotlight-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../http/serving.ts';

let serving: Serving;
let client: SpotlightClient;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
  client = new SpotlightClient({ baseUrl: serving.url });
});
afterAll(() => serving.app.close());

/** Scores ln 3 and 0: weights 3/4 and 1/4. */
const names = { query_labels: ['2'], key_labels: ['chat', 'on'], focus: '2' };
const lists = { query: [[1]], key: [[Math.log(3)], [0]], value: [[1], [2]], scale: 1, ...names };
const tensor = (shape: number[], data: number[]) => ({
  shape,
  dtype: 'float32' as const,
  data: Float32Array.from(data),
});
const typed = {
  query: tensor([1, 1], [1]),
  key: tensor([2, 1], [Math.log(3), 0]),
  value: tensor([2, 1], [1, 2]),
  scale: 1,
  ...names,
};

describe('the attention of a model, drawn for the client', () => {
  it.each([
    ['lists', lists],
    ['typed arrays', typed],
  ])('is lines or a picture of %s, with the names that were given', async (_form, request) => {
    expect(await client.attention(request, { format: 'text' })).toContain('2  █ 0.75  ▃ 0.25');
    const svg: string = await client.attention(request, { format: 'svg' });
    expect(svg).toContain('<title>2 looks at chat: 0.7500</title>');
  });

  it('has its names in an answer of numbers, also where these are bytes and a name looks like a number', async () => {
    const told = { query_labels: ['2'], key_labels: ['chat', 'on'], focus: { text: '2', index: 0 } };
    expect(await client.attention(lists)).toMatchObject(told);
    expect(await client.attention(typed, { tensors: 'typed' })).toMatchObject(told);
  });

  it('is drawn of multi-head attention, too', async () => {
    const eye = [[1]];
    const body = {
      query: eye,
      key: eye,
      value: eye,
      num_heads: 1,
      in_proj_weight: [[1], [1], [1]],
      out_proj_weight: eye,
    };
    expect(await client.multiHead({ ...body, query_labels: ['it'] }, { format: 'text' })).toContain('it  █ 1.00');
  });
});
