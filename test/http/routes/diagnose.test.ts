/** POST /attention/diagnose under whatever is sent to it: a diagnosis that its schema describes, or a problem with a pointer. */
import { test as property } from '@fast-check/vitest';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomNumbers } from '../../attention/problems.ts';
import { attend } from '../../diagnosis/wrong/attend.ts';
import { type AttentionFields, jsonOf } from '../../diagnosis/wrong/fields.ts';
import { attendMultiHead } from '../../diagnosis/wrong/multi-head.ts';
import { multiHeadProblemOf } from '../../diagnosis/wrong/multi-head-problem.ts';
import { problemOf } from '../../diagnosis/wrong/problem.ts';
import { Random } from '../../diagnosis/wrong/random.ts';
import { JSON_TYPE, post, type Serving, serve } from '../serving.ts';

let serving: Serving;
let faultOf: (value: unknown) => string;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
  const document = (await (await fetch(`${serving.url}/openapi.json`)).json()) as object;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...document });
  const check = ajv.compile({ $ref: 'document#/components/schemas/Diagnosis' });
  faultOf = (value) => (check(value) ? '' : ajv.errorsText(check.errors));
});
afterAll(() => serving.app.close());

async function asked(request: object, { query = '', accept = 'application/json' } = {}) {
  const body = jsonOf({ budget_ms: 0, ...request });
  const answer = await post(`${serving.url}/attention/diagnose${query}`, body, { ...JSON_TYPE, accept });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text };
}

/** A diagnosis that its schema describes. */
async function diagnosed(request: object, query = '') {
  const { status, text } = await asked(request, { query });
  expect(status, text).toBe(200);
  const diagnosis = JSON.parse(text);
  expect(faultOf(diagnosis)).toBe('');
  return diagnosis;
}

const BUDGET_MS = 10_000;
const TIGHT = { precision: 'float64', rtol: 1e-9, atol: 1e-9 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 });
const changed = (nested: unknown, change: (number: number) => number): unknown =>
  Array.isArray(nested) ? nested.map((inner) => changed(inner, change)) : change(Number(nested));

describe('a right answer in float64', () => {
  property.prop([seeds], { numRuns: 60 })('matches, with its weights, scores and lse', async (seed) => {
    const fields = problemOf(new Random(seed), {});
    const { output, weights, scores, lse } = attend(fields);
    const others = { expected_weights: weights, expected_lse: lse };
    const { verdict, errors } = await diagnosed({ ...fields, ...TIGHT, expected_output: output, ...others });
    expect(verdict).toBe('match');
    expect(errors.weights.beyond_tolerance).toBe(0);
    expect(errors.lse.beyond_tolerance).toBe(0);
    const { errors: ofScores } = await diagnosed({
      ...fields,
      ...TIGHT,
      expected_output: output,
      expected_scores: scores,
    });
    expect(ofScores.scores.beyond_tolerance).toBe(0);
  });

  property.prop([seeds], { numRuns: 30 })('of multi-head matches, with its weights and their mean', async (seed) => {
    const fields = multiHeadProblemOf(new Random(seed), {});
    const { output, weights } = attendMultiHead(fields);
    const mean = weights.map((entry) =>
      entry[0].map((row, i) => row.map((_, j) => entry.reduce((sum, head) => sum + head[i][j], 0) / entry.length)),
    );
    for (const expected_weights of [weights, mean]) {
      const { verdict, errors } = await diagnosed({ ...fields, ...TIGHT, expected_output: output, expected_weights });
      expect(verdict).toBe('match');
      expect(errors.weights.beyond_tolerance).toBe(0);
    }
  });
});

describe('an answer that is anything', () => {
  const given = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, 1, 1e38, -1e-30, 1e300),
  );
  property.prop([seeds, fc.array(given, { minLength: 1, maxLength: 7 })], { numRuns: 40 })(
    'has a diagnosis in numbers, and matches where all of it is within the tolerance',
    async (seed, numbers) => {
      const fields = problemOf(new Random(seed), {});
      const { output } = attend(fields);
      let at = 0;
      const expected = changed(output, (right) =>
        seed % 3 === 0 ? numbers[at++ % numbers.length] : right + (at++ % 5 === 0 ? numbers[0] : 0),
      );
      const [rights, givens] = [[output].flat(9).map(Number), [expected].flat(9).map(Number)];
      const diagnosis = await diagnosed({ ...fields, ...TIGHT, expected_output: expected }, '?head=0');
      const isWithin = givens.every((number, n) => Math.abs(number - rights[n]) <= 2e-9 * (1 + Math.abs(rights[n])));
      if (diagnosis.verdict === 'match') expect(isWithin).toBe(true);
      const isClearlyOff = givens.some((number, n) => Math.abs(number - rights[n]) > 1e-3 * (1 + Math.abs(rights[n])));
      if (isClearlyOff) expect(diagnosis.verdict).not.toBe('match');
    },
  );

  it.each([1e300, -1.7e308])('of %d has no cause', async (far) => {
    const fields = problemOf(new Random(3), {});
    const { causes } = await diagnosed({
      ...fields,
      ...TIGHT,
      expected_output: changed(attend(fields).output, () => far),
    });
    expect(causes).toEqual([]);
  });

  it.each(['float32', 'float64'])('of %s is counted where it is no number', async (dtype) => {
    const Numbers = dtype === 'float32' ? Float32Array : Float64Array;
    const data = Numbers.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1);
    const expected_output = { shape: [2, 2], dtype, data: Buffer.from(data.buffer).toString('base64') };
    const matrix = [
      [1, 2],
      [3, 4],
    ];
    const { verdict, errors, where } = await diagnosed({ query: matrix, key: matrix, value: matrix, expected_output });
    expect(verdict).toBe('different');
    expect(errors.output).toMatchObject({ nan: 1, infinite: 2, beyond_tolerance: 1 });
    expect(where.worst.map(({ expected }: { expected: unknown }) => expected)).toContain('NaN');
  });
});

const MATRIX = [
  [1, 2],
  [3, 4],
];
const PLAIN = { query: MATRIX, key: MATRIX, value: MATRIX, expected_output: MATRIX };

describe('a request that makes no sense', () => {
  it.each<[string, object, string | undefined, string?]>([
    ['no expected_output', { expected_output: undefined }, '/expected_output'],
    ['expected_output of another shape', { expected_output: [[1, 2]] }, '/expected_output'],
    [
      'booleans',
      {
        expected_output: [
          [true, false],
          [true, true],
        ],
      },
      '/expected_output/0/0',
    ],
    ['rows of different lengths', { expected_output: [[1, 2], [3]] }, '/expected_output/1'],
    [
      'expected_weights of another shape',
      {
        expected_weights: [
          [1, 0, 0],
          [1, 0, 0],
        ],
      },
      '/expected_weights',
    ],
    ['expected_lse of another shape', { expected_lse: [1, 2, 3] }, '/expected_lse'],
    ['expected_scores of another shape', { expected_scores: [1, 2, 3, 4] }, '/expected_scores'],
    ['a negative rtol', { rtol: -1 }, '/rtol'],
    ['an atol that is a text', { atol: 'much' }, '/atol'],
    ['a negative budget', { budget_ms: -1 }, '/budget_ms'],
    ['too large a budget', { budget_ms: 10001 }, '/budget_ms'],
    ['a field of multi-head', { key_padding_mask: [[true, false]] }, '/key_padding_mask'],
    ['a field of nobody', { expected: MATRIX }, '/expected'],
    ['multi-head with a field of attention', { num_heads: 1, softcap: 3 }, undefined],
    ['a head that is not there', {}, '/head', '?head=1'],
    ['a batch entry that is not there', {}, '/batch', '?head=0&batch=1'],
    ['a head that is no number', {}, '/head', '?head=x'],
  ])('(%s) is a problem that points at it', async (_, fields, pointer, query) => {
    const { status, type, text } = await asked({ ...PLAIN, ...fields }, { query });
    expect(type).toContain('application/problem+json');
    expect(status).toBe(422);
    if (pointer !== undefined) expect(JSON.parse(text).pointer).toBe(pointer);
  });
});

describe('sizes of nothing', () => {
  const none = (...shape: number[]) => ({
    shape,
    data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 1),
  });
  it.each([
    [0, 3, 3],
    [2, 0, 3],
    [2, 3, 0],
  ])('(batch %d, %d queries, %d keys) have a diagnosis in every form', async (batch, rows, keys) => {
    const inputs = { query: none(batch, 2, rows, 4), key: none(batch, 2, keys, 4), value: none(batch, 2, keys, 4) };
    const request = { ...inputs, expected_output: none(batch, 2, rows, 4) };
    const { verdict } = await diagnosed(request);
    // Without keys the output is 0.
    expect(verdict).toBe(batch * rows === 0 ? 'match' : 'different');
    expect((await asked(request, { accept: 'text/plain' })).status).toBe(200);
    expect((await asked(request, { accept: 'image/svg+xml' })).text).toMatch(/^<svg [\s\S]*<\/svg>$/);
  });
});

describe('what is written of a diagnosis', () => {
  const WIDTH = 100;
  property.prop([seeds], { numRuns: 15 })(
    'for terminals stays within 100 characters a line, and the picture is XML',
    async (seed) => {
      const fields: AttentionFields = problemOf(new Random(seed), {});
      const request = {
        ...fields,
        expected_output: changed(attend(fields).output, (number) => 1.5 * number + (seed % 2)),
      };
      const { text } = await asked(request, { accept: 'text/plain' });
      expect(text.split('\n').filter((line) => line.length > WIDTH)).toEqual([]);
      const { text: picture } = await asked(request, { accept: 'image/svg+xml' });
      expect(picture).not.toMatch(/NaN|undefined|&(?!amp;|lt;|gt;|quot;)/);
      const tags = picture.match(/<\/?[a-z]+|\/>/g) ?? [];
      const open = tags.filter((tag) => /^<[a-z]/.test(tag)).length;
      expect(tags.length - open).toBe(open);
    },
  );
});

describe('a client that hangs up', () => {
  it('ends the work on its diagnosis', async () => {
    const own = await serve({ logLevel: 'silent' });
    const metric = async (name: string) => {
      const text = await (await fetch(`${own.url}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    };
    const busyThreads = async (count: number) => {
      while ((await metric('spotlight_threads_busy')) !== count) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    try {
      const tensor = (seed: number) => ({
        shape: [4, 1024, 64],
        dtype: 'float32',
        data: Buffer.from(randomNumbers(seed, 4 * 1024 * 64).buffer).toString('base64'),
      });
      const tensors = { query: tensor(1), key: tensor(2), value: tensor(3), expected_output: tensor(4) };
      const leaving = new AbortController();
      const body = JSON.stringify({ ...tensors, budget_ms: BUDGET_MS });
      const sent = fetch(`${own.url}/attention/diagnose`, {
        ...{ method: 'POST', headers: JSON_TYPE, body },
        signal: leaving.signal,
      });
      const gone = expect(sent).rejects.toThrow();
      await busyThreads(1);
      leaving.abort();
      await gone;
      await busyThreads(0);
      const spent = await metric('spotlight_thread_busy_seconds_total');
      expect(spent).toBeLessThan(BUDGET_MS / 1000 / 2);
    } finally {
      await own.app.close();
    }
  });
});
