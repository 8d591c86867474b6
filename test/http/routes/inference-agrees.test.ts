import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FP32, framed, infer, type SentInput } from '../framing.ts';
import { post, type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

const number = fc.integer({ min: -64, max: 64 }).map((x) => x / 16);
const sizes = fc.record({
  heads: fc.constantFrom(1, 2),
  queries: fc.integer({ min: 1, max: 5 }),
  keys: fc.integer({ min: 1, max: 5 }),
  dim: fc.integer({ min: 1, max: 4 }),
  valueDim: fc.integer({ min: 1, max: 4 }),
});
const problem = sizes.chain(({ heads, queries, keys, dim, valueDim }) => {
  const tensor = (...shape: number[]) => {
    const count = shape.reduce((product, one) => product * one, 1);
    return fc
      .array(number, { minLength: count, maxLength: count })
      .map((data) => ({ shape, data: data.map((x) => x + 0) }));
  };
  return fc.record({
    query: tensor(heads, queries, dim),
    key: tensor(heads, keys, dim),
    value: tensor(heads, keys, valueDim),
  });
});
const options = fc.record(
  {
    scale: number,
    softcap: fc.constantFrom(0, 2.5),
    is_causal: fc.constantFrom<boolean | string>(true, false, 'lower_right'),
    window: fc.constantFrom({ left: 1, right: 0 }, { left: null, right: 2 }),
    key_lengths: fc.constantFrom([1]),
    precision: fc.constantFrom('float32', 'float64'),
    query_offset: fc.constantFrom(1, [2]),
  },
  { requiredKeys: [] },
);
const OUTPUTS = ['output', 'weights', 'lse', 'scores', 'masked_scores', 'stats.entropy', 'present_key'];
const outputs = fc.uniqueArray(fc.constantFrom(...OUTPUTS), { minLength: 1 });

/** A member of an answer of POST /attention by its path. */
const memberOf = (body: unknown, name: string) =>
  name.split('.').reduce((at, step) => Reflect.get(Object(at), step), body);
const GROUPS: Record<string, string> = { 'stats.entropy': 'stats', present_key: 'present' };

describe('a model', () => {
  test.prop([problem, options, outputs, fc.constantFrom<'flat' | 'nested' | 'bytes'>('flat', 'nested', 'bytes')], {
    numRuns: 150,
  })(
    'answers what POST /attention answers to the same problem, to the same numbers',
    async (tensors, chosen, names, form) => {
      const own = await post(
        `${serving.url}/attention`,
        JSON.stringify({
          ...Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data }])),
          ...chosen,
          tensor_format: 'flat',
          outputs: names.filter((name) => name !== 'output').map((name) => GROUPS[name] ?? name),
        }),
      );
      const inputs = Object.entries(tensors).map(([name, { shape, data }]): SentInput => {
        const about = { name, shape, datatype: 'FP32' };
        if (form === 'bytes') return { ...about, bytes: FP32(...data) };
        return { ...about, data: form === 'flat' ? data : nest(data, shape) };
      });
      const parameters = Object.fromEntries(
        Object.entries(chosen).map(([name, value]) => [
          name,
          typeof value === 'object' ? JSON.stringify(value) : value,
        ]),
      );
      const isBinary = form === 'bytes';
      const answer = await infer(
        serving.url,
        framed({
          parameters: { ...parameters, binary_data_output: isBinary },
          inputs,
          outputs: names.map((name) => ({ name })),
        }),
      );
      const body = await own.json();
      if (!own.ok) {
        // What is wrong with it is said in the same words.
        expect(answer.status).toBe(400);
        expect(String(answer.json.error).startsWith(String(memberOf(body, 'detail')))).toBe(true);
        return;
      }
      expect(answer.status, JSON.stringify(answer.json)).toBe(200);
      expect(Object.keys(answer.outputs)).toEqual(names);
      for (const name of names) {
        const { shape, data } = memberOf(body, name) as { shape: number[]; data: (number | string)[] };
        expect(answer.outputs[name].shape, name).toEqual(shape);
        // The shortest decimal of a float32 reads back to it.
        const read = (x: number | string) =>
          answer.outputs[name].datatype === 'FP32' ? Math.fround(Number(x)) : Number(x);
        expect(answer.outputs[name].data.map(read), name).toEqual(data.map(read));
      }
    },
  );

  it('computes large tensors on the threads, and answers them as bytes and in JSON', async () => {
    const [heads, length, dim] = [4, 512, 32];
    const numbers = (seed: number) =>
      Array.from({ length: heads * length * dim }, (_, i) => Math.fround(Math.sin(i * seed)));
    const shape = [heads, length, dim];
    const tensors = { query: numbers(0.1), key: numbers(0.2), value: numbers(0.3) };
    const body = Object.fromEntries(Object.entries(tensors).map(([name, data]) => [name, { shape, data }]));
    const own = (await (await post(`${serving.url}/attention`, JSON.stringify(body))).json()) as {
      output: { data: number[] };
    };
    const want = own.output.data.map(Math.fround);
    const about = (name: string) => ({ name, shape, datatype: 'FP32' });
    const listed = Object.entries(tensors).map(([name, data]) => ({ ...about(name), data: nest(data, shape) }));
    const binary = Object.entries(tensors).map(([name, data]) => ({ ...about(name), bytes: FP32(...data) }));
    for (const inputs of [listed, binary]) {
      for (const binary_data_output of [true, false]) {
        const { outputs: got } = await infer(serving.url, framed({ parameters: { binary_data_output }, inputs }));
        expect(got.output.shape).toEqual(shape);
        expect(got.output.data.map(Math.fround)).toEqual(want);
      }
    }
  });
});

function nest(data: readonly number[], shape: readonly number[]): unknown[] {
  if (shape.length === 1) return [...data];
  const size = data.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) => nest(data.slice(i * size, (i + 1) * size), shape.slice(1)));
}
