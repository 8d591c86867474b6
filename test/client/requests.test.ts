import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttentionRequest, SpotlightClient } from '../../client/src/client.ts';
import { lesson as librarySearch } from '../lesson.ts';
import { type RunningServer, startServer } from '../server.ts';
import { failureOf } from './failure.ts';

let server: RunningServer;
let client: SpotlightClient;
beforeAll(async () => {
  server = await startServer();
  client = new SpotlightClient({ baseUrl: server.url });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

const floats = (shape: number[], ...numbers: number[]) => ({ shape, data: Float32Array.from(numbers) });

/** The library search of the lesson: q·k is 2, 0 and 2, so the weights are e²/(2e²+1), 1/(2e²+1) and e²/(2e²+1). */
const lesson = { ...librarySearch, query: [librarySearch.query] };
const sum = 2 * Math.exp(2) + 1;
const weights = [Math.exp(2) / sum, 1 / sum, Math.exp(2) / sum];
const output = [0, 1, 2].map((x) => weights.reduce((total, w, j) => total + w * lesson.value[j][x], 0));
const typedLesson = {
  query: floats([1, 3], 1, 0, 1),
  key: floats([3, 3], 1, 0, 1, 0, 1, 0, 1, 1, 1),
  value: floats([3, 3], 10, 20, 30, 1, 2, 3, 5, 10, 15),
  scale: 1,
};

function expectNear(got: Iterable<number>, want: readonly number[]): void {
  const numbers = [...got];
  expect(numbers).toHaveLength(want.length);
  for (const [i, x] of want.entries()) expect(numbers[i]).toBeCloseTo(x, 5);
}

const expectClose = (x: number) => expect.closeTo(x, 5);

describe('attention', () => {
  it('answers lists for lists', async () => {
    const answer = await client.attention({ ...lesson, outputs: ['weights'] });
    expectNear([answer.output].flat(3).map(Number), output);
    expectNear([answer.weights ?? []].flat(3).map(Number), weights);
    expect(answer.meta.scale).toBe(1);
  });

  it('takes null for what is not given, beside lists and typed arrays', async () => {
    const nothing = { attn_mask: null, softcap: null, window: null, need_weights: null, tensor_format: null };
    expectNear([(await client.attention({ ...lesson, ...nothing })).output].flat(3).map(Number), output);
    const typed = await client.attention({ ...typedLesson, ...nothing, past_key: null }, { tensors: 'typed' });
    expectNear(typed.output.data, output);
  });

  it('answers typed arrays, statistics among them, for typed arrays', async () => {
    const answer = await client.attention({ ...typedLesson, outputs: ['weights', 'stats'] }, { tensors: 'typed' });
    expect(answer.output.shape).toEqual([1, 3]);
    expect(answer.output.data).toBeInstanceOf(Float32Array);
    expectNear(answer.output.data, output);
    expectNear(answer.weights?.data ?? [], weights);
    const entropy = -weights.reduce((total, w) => total + w * Math.log(w), 0);
    expectNear(answer.stats?.entropy.data ?? [], [entropy]);
    expectNear(answer.stats?.per_head.effective_keys.data ?? [], [Math.exp(entropy)]);
    expect(answer.meta).toEqual({ kernel: expect.any(String), scale: 1, shape: [1, 1, 1, 3] });
  });

  it('gives the same bytes whatever the form of the request', async () => {
    const lists = await client.attention(lesson, { tensors: 'typed' });
    const bytes = await client.attention(typedLesson, { tensors: 'typed' });
    const mixed = await client.attention({ ...typedLesson, key: lesson.key }, { tensors: 'typed' });
    expect(bytes.output).toEqual(lists.output);
    expect(mixed.output).toEqual(lists.output);
  });

  it('answers lists for typed arrays unless something else is asked for', async () => {
    const alone = await client.attention(typedLesson);
    const mixed = await client.attention({ ...typedLesson, key: lesson.key });
    expectNear([alone.output].flat(3).map(Number), output);
    expect(mixed.output).toEqual(alone.output);
    const flat = await client.attention({ ...typedLesson, tensor_format: 'flat' });
    expect(flat.output).toMatchObject({ shape: [1, 3], dtype: 'float32' });
  });

  it('takes float64, half precisions and masks as typed arrays', async () => {
    const { query, key, value } = typedLesson;
    // 1, 0 and 1 as float16 and as bfloat16 (IEEE 754: sign, 5 or 8 bits of exponent, 10 or 7 of mantissa).
    const float16 = { shape: [1, 3], dtype: 'float16' as const, data: Uint16Array.of(0x3c00, 0, 0x3c00) };
    const bfloat16 = { shape: [1, 3], dtype: 'bfloat16' as const, data: Uint16Array.of(0x3f80, 0, 0x3f80) };
    for (const half of [float16, bfloat16]) {
      expectNear((await client.attention({ ...typedLesson, query: half }, { tensors: 'typed' })).output.data, output);
    }
    const wide = { shape: query.shape, data: Float64Array.from(query.data) };
    const exact = await client.attention({ ...typedLesson, query: wide, precision: 'float64' }, { tensors: 'typed' });
    expect(exact.output.data).toBeInstanceOf(Float64Array);
    expectNear(exact.output.data, output);
    const only = { shape: [1, 3], data: Uint8Array.of(0, 1, 0) };
    const masked = await client.attention({ query, key, value, attn_mask: only }, { tensors: 'typed' });
    expectNear(masked.output.data, [1, 2, 3]);
    const mixed = await client.attention({ query, key: lesson.key, value, attn_mask: only }, { tensors: 'typed' });
    expectNear(mixed.output.data, [1, 2, 3]);
  });

  it('sends −∞ as a sink, which is none, as a number too', async () => {
    for (const request of [lesson, typedLesson]) {
      const none = await client.attention({ ...request, sinks: Number.NEGATIVE_INFINITY }, { tensors: 'typed' });
      expectNear(none.output.data, output);
      // A sink of 0 adds e⁰ to the sum of e², 1 and e².
      const one = await client.attention({ ...request, sinks: [0] }, { tensors: 'typed' });
      const part = (2 * Math.exp(2) + 1) / (2 * Math.exp(2) + 2);
      expectNear(
        one.output.data,
        output.map((x) => x * part),
      );
    }
  });

  it('sends −∞ in a mask as a number, and gives it back as text or number as asked', async () => {
    const hidden = { ...lesson, attn_mask: [[Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY]] };
    expectNear([(await client.attention(hidden)).output].flat(3).map(Number), [1, 2, 3]);
    const nothing = { ...lesson, attn_mask: [[false, false, false]], outputs: ['lse' as const] };
    expect((await client.attention(nothing)).lse).toEqual(['-Infinity']);
    const asNumbers = await client.attention({ ...nothing, tensor_format: 'base64' }, { tensors: 'numbers' });
    expect(asNumbers.lse).toEqual([Number.NEGATIVE_INFINITY]);
    const asBytes = await client.attention(nothing, { tensors: 'typed' });
    expect(asBytes.lse?.data).toEqual(Float32Array.of(Number.NEGATIVE_INFINITY));
  });
});

describe('the types of an answer', () => {
  /** Lists in lists, each with one member. */
  const nested = (rank: number): AttentionRequest['query'] => {
    const lists = [[1], [[1]], [[[1]]], [[[[1]]]]];
    return lists[rank - 1];
  };
  const depthOf = (value: unknown): number => (Array.isArray(value) ? 1 + depthOf(value[0]) : 0);
  const outputs = ['weights', 'lse', 'scores', 'masked_scores', 'stats', 'present'] as const;

  it.each([
    { rank: 1, ofRows: 0, ofHeads: 0, ofKeys: 2 },
    { rank: 2, ofRows: 1, ofHeads: 0, ofKeys: 2 },
    { rank: 3, ofRows: 2, ofHeads: 1, ofKeys: 3 },
    { rank: 4, ofRows: 3, ofHeads: 2, ofKeys: 4 },
  ])('promise the ranks that come for a query of rank $rank', async ({ rank, ofRows, ofHeads, ofKeys }) => {
    const keys = nested(Math.max(2, rank));
    for (const tensors of ['json', 'numbers'] as const) {
      const answer = await client.attention({ query: nested(rank), key: keys, value: keys, outputs }, { tensors });
      const { output, weights, scores, masked_scores: masked, lse, stats } = answer;
      expect([output, weights, scores, masked].map(depthOf)).toEqual([rank, rank, rank, rank]);
      expect([lse, stats.entropy, stats.max_key].map(depthOf)).toEqual([ofRows, ofRows, ofRows]);
      expect(depthOf(stats.per_head.entropy)).toBe(ofHeads);
      expect([answer.present_key, answer.present_value].map(depthOf)).toEqual([ofKeys, ofKeys]);
    }
  });

  it.each(['flat', 'base64'] as const)('promise what stands by itself in the format %s', async (format) => {
    const request = { query: [1], key: [[1]], value: [[1]], tensor_format: format, outputs };
    const { lse, stats, output } = await client.attention(request);
    expect([lse, stats.entropy, stats.per_head.max_weight].map((x) => typeof x)).toEqual([
      'number',
      'number',
      'number',
    ]);
    expect(output).toMatchObject({ shape: [1] });
  });

  it.each(['weights', 'heads', 'stats', 'scores', 'masked_scores', 'output'] as const)(
    'promise what comes with a text of which %s is asked for',
    async (name) => {
      const answer = await client.text({ text: 'one two', vectors: { one: [1, 0], two: [0, 1] }, outputs: [name] });
      const [head] = answer.heads;
      const places = { weights: [answer.weights], heads: [head.weights], stats: [answer.stats, head.stats] };
      const own = { ...places, scores: [head.scores], masked_scores: [head.masked_scores], output: [head.output] };
      for (const [other, found] of Object.entries(own)) {
        expect(found.map((x) => x !== undefined)).toEqual(found.map(() => other === name));
      }
    },
  );
});

describe('multiHead', () => {
  const identity = [
    [1, 0],
    [0, 1],
  ];
  const request = {
    query: identity,
    key: identity,
    value: identity,
    in_proj_weight: [...identity, ...identity, ...identity],
    out_proj_weight: [
      [2, 0],
      [0, 2],
    ],
    num_heads: 1,
  };
  // Scores are 1/√2 on the diagonal and 0 beside it.
  const near = Math.exp(Math.SQRT1_2) / (Math.exp(Math.SQRT1_2) + 1);

  it('answers output and weights in any form', async () => {
    const lists = await client.multiHead(request);
    expectNear([lists.output].flat(3).map(Number), [2 * near, 2 - 2 * near, 2 - 2 * near, 2 * near]);
    const typed = await client.multiHead(request, { tensors: 'typed' });
    expectNear(typed.weights?.data ?? [], [near, 1 - near, 1 - near, near]);
  });
});

describe('text', () => {
  // Three words with vectors of our own, at right angles: each is like itself alone.
  const vectors = { one: [1, 0, 0], two: [0, 1, 0], three: [0, 0, 1] };

  it('answers who looks at whom', async () => {
    const answer = await client.text({ text: 'one two three two', vectors, temperature: 1, focus: 'three' });
    expect(answer.tokens.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'two']);
    // The second "two" does not look at itself: q·k is 0, 1 and 0.
    const [, , , row] = [answer.weights ?? []].flat(1);
    const all = Math.E + 2;
    expectNear([row].flat(1).map(Number), [1 / all, Math.E / all, 1 / all, 0]);
    expect(answer.focus?.looks_at.map(({ weight }) => weight)).toEqual([1 / 3, 1 / 3, 1 / 3].map(expectClose));
  });

  it('fails with a pointer at what is wrong', async () => {
    expect(await failureOf(client.text({ text: '' }))).toMatchObject({ status: 422, pointer: '/text' });
  });
});

describe('tokens', () => {
  // The ids that tiktoken gives for o200k_base.
  const hello = [24912, 2375];

  it('come from a text with their places, and make it again', async () => {
    const { tokenizer, count, tokens } = await client.tokenize({ text: 'hello world', tokenizer: 'o200k_base' });
    expect(tokenizer).toBe('o200k_base');
    expect(count).toBe(2);
    expect(tokens.map(({ id }) => id)).toEqual(hello);
    expect(tokens.map(({ start, end }) => [start, end])).toEqual([
      [0, 5],
      [5, 11],
    ]);
    expect(await client.detokenize({ ids: hello, tokenizer: 'o200k_base' })).toEqual({ text: 'hello world' });
    expect(await client.decode({ ids: [hello, [24912]], tokenizer: 'o200k_base' })).toEqual(['hello world', 'hello']);
  });

  it('come from several texts', async () => {
    const { results } = await client.tokenize({ texts: ['one two', ''], tokenizer: 'words' });
    expect(results.map(({ tokens }) => tokens.map(({ text }) => text))).toEqual([['one', 'two'], []]);
  });

  it('come from one of the tokenizers that are named', async () => {
    const { tokenizers } = await client.tokenizers();
    expect(tokenizers.map(({ name }) => name)).toEqual(expect.arrayContaining(['words', 'o200k_base']));
    expect(await failureOf(client.tokenize({ text: 'a', tokenizer: 'none' }))).toMatchObject({ pointer: '/tokenizer' });
  });
});

describe('what is shown', () => {
  it('is an answer, lines or a picture', async () => {
    const request = { text: 'one two', vectors: { one: [1, 0], two: [0, 1] } };
    expect(await client.text(request, { format: 'svg' })).toMatch(/^<svg.*one.*<\/svg>\s*$/s);
    expect(await client.text(request, { format: 'text' })).toContain('one');
    expect((await client.text(request, { format: 'json' })).tokens).toHaveLength(2);
    expect(await failureOf(client.text({ text: '' }, { format: 'svg' }))).toMatchObject({
      status: 422,
      pointer: '/text',
    });
  });

  it('can be a part of the lesson', async () => {
    const { examples } = await client.examples();
    const names = examples.map(({ name }) => name);
    expect(names).toContain('library-search');
    const worked = await client.example('library-search');
    expect(worked.requests[0].path).toBe('/attention');
    expect(worked.comparisons.every(({ holds }) => holds)).toBe(true);
    expect(await client.example('library-search', { format: 'text' })).toContain(worked.title);
    const { name } = worked.requests[0];
    expect(await client.example('library-search', { format: 'svg', request: name })).toMatch(/^<svg/);
    expect(await failureOf(client.example('no/such'))).toMatchObject({ code: 'not_found', status: 404 });
  });
});

describe('the server', () => {
  it('tells what it is, whether it lives and whether it serves', async () => {
    expect((await client.info()).limits.deadline_ms).toBe(60_000);
    expect([await client.live(), await client.ready()]).toEqual([true, true]);
  });

  it('neither lives nor serves where nobody answers, which is asked once', async () => {
    let asked = 0;
    const nobody = new SpotlightClient({
      baseUrl: 'http://127.0.0.1:1',
      fetch: (...call) => {
        asked++;
        return fetch(...call);
      },
    });
    expect([await nobody.live(), await nobody.ready()]).toEqual([false, false]);
    expect(asked).toBe(2);
  });

  it('is asked in vain by who has left', async () => {
    const reason = new Error('the user left');
    await expect(client.ready({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('a request that makes no sense', () => {
  it('fails with the code, status and pointer of its problem document', async () => {
    const error = await failureOf(client.attention({ ...lesson, key: [[1, 0]] }));
    expect(error.name).toBe('SpotlightError');
    expect(error).toMatchObject({ code: 'shape_mismatch', status: 422, pointer: '/key' });
    expect(error.message).toContain(error.detail);
    expect(error.instance).toMatch(/\S/);
    expect(error.isTemporary).toBe(false);
  });

  it('fails alike for typed arrays, which point at the same place', async () => {
    const error = await failureOf(client.attention({ ...typedLesson, value: floats([3, 1], 1, Number.NaN, 1) }));
    expect(error).toMatchObject({ code: 'not_finite', status: 422, pointer: '/value/1/0' });
  });
});

describe('runs', () => {
  it('are started, looked at and ended', async () => {
    const run = await client.runs.start({ kind: 'attention', ...typedLesson }, { detail: 'whole' });
    expect(run.plan.names.map(({ name }) => name)).toEqual(['q', 'k', 'v', 'attn_scores', 'scaled', 'pattern', 'z']);
    expect((await client.runs.get(run.run)).run).toBe(run.run);
    await client.runs.delete(run.run);
    await client.runs.delete(run.run);
    expect(await failureOf(client.runs.get(run.run))).toMatchObject({ code: 'run_cancelled', status: 410 });
    expect(await failureOf(client.runs.get('none'))).toMatchObject({ code: 'run_not_found', status: 404 });
  });
});

describe('a base URL with a path', () => {
  it('keeps it', async () => {
    const asked: string[] = [];
    const spy = new SpotlightClient({
      baseUrl: `${server.url}/behind/a/gateway`,
      fetch: async (url) => {
        asked.push(String(url));
        return new Response(null, { status: 204 });
      },
    });
    await spy.runs.delete('a/b');
    expect(asked).toEqual([`${server.url}/behind/a/gateway/runs/a%2Fb`]);
  });
});
