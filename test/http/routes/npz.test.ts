/** Archives of NumPy on the tensor routes, over a real server. */
import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attentionTensorFields } from '../../../src/codec/attention-options.ts';
import { readNpz } from '../../../src/codec/npz/read.ts';
import { problemSchema } from '../../../src/problem-document.ts';
import { floats, type HandMember, npy, REQUEST, text, zip } from '../../codec/npz/archive.ts';
import { allocate } from '../../codec/reading.ts';
import { JSON_TYPE, post, type Serving, serve } from '../serving.ts';

const NPZ = { 'content-type': 'application/x-npz' };
const JSON_ANSWER = { accept: 'application/json' };
const bytesOf = (archive: Buffer) => Uint8Array.from(archive);
const body = bytesOf(zip([...REQUEST, text('outputs', '["weights", "lse"]')]));

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent', workers: 2, maxBodyBytes: 2 ** 20 });
});
afterAll(() => serving.app.close());
const ask = (sent: Uint8Array<ArrayBuffer>, headers: Record<string, string> = NPZ, path = '/attention') =>
  post(`${serving.url}${path}`, sent, headers);
const problemTo = async (...asked: Parameters<typeof ask>) => problemSchema.parse(await (await ask(...asked)).json());

/** The tensors of an answer. */
async function tensorsOf(answer: Response) {
  const fields = { output: {}, weights: {}, lse: {} };
  const kinds = Object.fromEntries(Object.keys(fields).map((name) => [name, attentionTensorFields.query]));
  const setting = { maxElements: 1e6, maxBodyBytes: 1e7, optionNames: new Set(['meta']) };
  return readNpz(new Uint8Array(await answer.arrayBuffer()), kinds, setting, allocate);
}

describe('an archive of NumPy', () => {
  it.each([
    ['application/x-npz', NPZ],
    ['application/zip', { 'content-type': 'application/zip' }],
    ['application/octet-stream', { 'content-type': 'application/octet-stream' }],
    ["curl's word for a file", { 'content-type': 'application/x-www-form-urlencoded' }],
    ['nothing', {}],
  ])('is one where Content-Type is %s', async (_type, headers) => {
    const answer = await ask(body, { ...headers, ...JSON_ANSWER });
    // One query and one key: all weight is on it, whose value is the output; lse is its score, (1 + 1/4) / √2.
    const { output, weights, lse } = (await answer.json()) as Record<string, number[][]>;
    expect({ output, weights }).toEqual({ output: [[1, 0.5]], weights: [[1]] });
    expect(lse[0]).toBeCloseTo(1.25 / Math.SQRT2, 6);
  });

  it.each<Record<string, string>>([
    {},
    { accept: '*/*' },
    { accept: 'application/x-npz' },
    { accept: 'application/zip' },
  ])('is answered with one where Accept does not say otherwise: %j', async (accept) => {
    const answer = await ask(body, { ...NPZ, ...accept });
    expect(answer.headers.get('content-type')).toBe('application/x-npz');
    const { tensors, options } = await tensorsOf(answer);
    expect(tensors.get('output')).toEqual({ dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 0.5) });
    expect([...tensors.keys()]).toEqual(['output', 'weights', 'lse']);
    expect(options.meta).toMatchObject({ shape: [1, 1, 1, 2] });
  });

  it('is the answer to JSON, too, when Accept asks for it', async () => {
    const lesson = JSON.stringify({ query: [[1]], key: [[1]], value: [[3]] });
    const answer = await ask(new TextEncoder().encode(lesson), { ...JSON_TYPE, accept: 'application/zip' });
    expect((await tensorsOf(answer)).tensors.get('output')?.data).toEqual(Float32Array.of(3));
  });

  it('gives the same bytes each time', async () => {
    const [one, two] = await Promise.all([ask(body), ask(body)].map(async (answer) => (await answer).arrayBuffer()));
    expect(Buffer.from(one).equals(Buffer.from(two))).toBe(true);
  });

  it.each([
    ['text/plain', 'text/plain; charset=utf-8'],
    ['image/svg+xml', 'image/svg+xml; charset=utf-8'],
    ['application/vnd.safetensors', 'application/vnd.safetensors'],
  ])('is answered in %s as other bodies are', async (accept, type) => {
    const answer = await ask(body, { ...NPZ, accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
  });

  it('is read by multi-head attention', async () => {
    const eye = [1, 0, 0, 1];
    const members = [
      ...REQUEST,
      floats('in_proj_weight', [6, 2], [...eye, ...eye, ...eye]),
      floats('out_proj_weight', [2, 2], eye),
    ];
    const heads = { name: 'num_heads.npy', data: npy({ descr: '<i8', shape: [] }, BigInt64Array.of(1n)) };
    const answer = await ask(bytesOf(zip([...members, heads])), { ...NPZ, ...JSON_ANSWER }, '/attention/multi-head');
    expect(await answer.json()).toMatchObject({ output: [[1, 0.5]], weights: [[1]] });
  });

  it('starts a run with ?stream=1, large ones too, whose body stays where it is', async () => {
    const [length, dim] = [512, 64];
    const ones = new Array<number>(length * dim).fill(1);
    const members = ['query', 'key', 'value'].map((field) => floats(field, [length, dim], ones));
    const answer = await ask(bytesOf(zip(members)), NPZ, '/attention?stream=1');
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({ plan: { sizes: { queries: length, keys: length } } });
  });

  it('is answered from where the results lie, when these are large', async () => {
    const [length, dim] = [600, 8];
    const zeros = (field: string) => floats(field, [length, dim], new Array<number>(length * dim).fill(0));
    const asked = zip([zeros('query'), zeros('key'), zeros('value'), text('outputs', '["weights"]')]);
    const { tensors } = await tensorsOf(await ask(bytesOf(asked)));
    // No key is more than another: each has 1/600 of the weight.
    const weights = tensors.get('weights');
    expect(weights?.shape).toEqual([length, length]);
    expect(weights?.data.every((weight) => Math.abs(weight - 1 / length) < 1e-9)).toBe(true);
  });

  it('gives large tensors the same answer, stored or deflated, as in JSON', async () => {
    const [length, dim] = [256, 32];
    const list = (from: number) => Array.from({ length: length * dim }, (_, i) => ((i * 13 + from) % 17) / 8 - 1);
    const fields = { query: list(0), key: list(5), value: list(9) };
    const members = Object.entries(fields).map(([field, data]) => floats(field, [length, dim], data));
    const json = Object.fromEntries(
      Object.entries(fields).map(([field, data]) => [field, { shape: [length, dim], data }]),
    );
    const asked = JSON.stringify({ ...json, tensor_format: 'nested' });
    const { output } = (await (await post(`${serving.url}/attention`, asked)).json()) as { output: number[][] };
    for (const method of [0, 8]) {
      const answer = await ask(bytesOf(zip(members.map((member) => ({ ...member, method })))), {
        ...NPZ,
        ...JSON_ANSWER,
      });
      expect(await answer.json()).toMatchObject({ output });
    }
  });
});

describe('what is no request as an archive', () => {
  it('is refused with a problem that says why', async () => {
    const array = bytesOf(npy({ descr: '<f4', shape: [1, 2] }, Float32Array.of(1, 2)));
    for (const type of ['application/x-npz', 'application/octet-stream', 'application/x-www-form-urlencoded']) {
      const single = await problemTo(array, { 'content-type': type });
      expect(single).toMatchObject({ status: 400, code: 'invalid_npz' });
      expect(single.detail).toContain('np.savez');
    }
    const empty = await problemTo(bytesOf(zip([])), { 'content-type': 'application/octet-stream' });
    expect(empty).toMatchObject({ code: 'missing_field', pointer: '/query' });
  });

  it('is sent on with its right type where another was said', async () => {
    const { code, detail } = await problemTo(body, JSON_TYPE);
    expect(code).toBe('invalid_encoding');
    expect(detail).toContain('application/x-npz');
  });

  it('stays refused by its type where neither that nor its first bytes are of an archive', async () => {
    const form = await problemTo(new TextEncoder().encode('query=1'), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(form).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(form.detail).toContain('application/x-npz');
    expect(await problemTo(body, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await problemTo(body, NPZ, '/runs')).toMatchObject({ status: 415 });
  });

  it('is 413 where it would inflate to more than a body may have', async () => {
    const bomb: HandMember = { name: 'query.npy', data: Buffer.alloc(2 ** 20 + 1), method: 8 };
    const sent = bytesOf(zip([bomb]));
    expect(sent.length).toBeLessThan(2000);
    expect(await problemTo(sent)).toMatchObject({ status: 413, code: 'body_too_large' });
  });
});

const seeds = [
  zip([...REQUEST, text('window', '{"left": 4}')]),
  zip([...REQUEST, text('outputs', '["stats"]')].map((member) => ({ ...member, method: 8 }))),
];
const changes = fc.array(
  fc.record({ at: fc.nat({ max: 4000 }), cut: fc.nat({ max: 4 }), put: fc.uint8Array({ maxLength: 4 }) }),
  { minLength: 1, maxLength: 3 },
);

describe('a valid archive that was changed', () => {
  test.prop([fc.constantFrom(...seeds), changes], { numRuns: 500 })(
    'is answered, or refused with a problem of the request, whatever its bytes',
    async (seed, edits) => {
      let bytes = [...seed];
      for (const { at, cut, put } of edits) bytes = bytes.toSpliced(at % (bytes.length + 1), cut, ...put);
      const answer = await ask(Uint8Array.from(bytes), { ...NPZ, ...JSON_ANSWER });
      const told = await answer.json();
      expect(answer.status, JSON.stringify(told)).toBeLessThan(500);
      if (answer.ok) expect(told).toHaveProperty('output');
      else expect(problemSchema.parse(told).detail.length).toBeGreaterThan(10);
    },
  );
});
