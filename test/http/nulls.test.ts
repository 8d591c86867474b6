import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lesson } from '../lesson.ts';
import { dial, lesson as lessonRun } from '../stream/dial.ts';
import { post, type Serving, serve } from './serving.ts';

const schema = z.record(z.string(), z.unknown());
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

let serving: Serving;
let document: z.infer<typeof documentSchema>;
let ajv: Ajv2020;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
  document = documentSchema.parse(await (await fetch(`${serving.url}/openapi.json`)).json());
  ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...document });
});
afterAll(() => serving.app.close());

/** The body with every field of its schema that may be left out and is not there as null. */
function withNulls(name: string, body: object): object {
  const { properties = {}, required = [] } = document.components.schemas[name];
  const others = Object.keys(Object(properties)).filter((field) => !Object(required).includes(field));
  return { ...Object.fromEntries(others.map((field) => [field, null])), ...body };
}

function expectValid(name: string, body: object): void {
  const check = ajv.compile({ $ref: `document#/components/schemas/${name}` });
  expect(check(body), ajv.errorsText(check.errors)).toBe(true);
}

const multiHead = { query: [[1, 2]], key: [[1, 0]], value: [[1, 0]], num_heads: 1 };
const weights = { in_proj_weight: new Array(6).fill([1, 0]), out_proj_weight: new Array(2).fill([0, 1]) };

describe('null', () => {
  it.each([
    ['/attention', 'AttentionRequest', lesson],
    [
      '/attention',
      'AttentionRequest',
      { ...lesson, window: { left: null }, rotary: { base: 10, dim: 2, positions: null } },
    ],
    ['/attention', 'AttentionRequest', { ...lesson, query: { shape: [3], dtype: null, data: [1, 0, 1] } }],
    ['/attention/multi-head', 'MultiHeadRequest', { ...multiHead, ...weights }],
    ['/attention/text', 'TextRequest', { text: 'the cat sat' }],
    ['/tokenize', 'TokenizeText', { text: 'the cat' }],
    ['/tokenize', 'TokenizeTexts', { texts: ['the cat'], chunk: { size: 1, overlap: null } }],
    ['/tokenize', 'TokenizePrompt', { prompt: 'the cat' }],
    ['/tokenize', 'TokenizeInputs', { inputs: 'the cat' }],
    ['/detokenize', 'DetokenizeIds', { ids: [1] }],
    ['/detokenize', 'DetokenizeTokens', { tokens: [1] }],
    ['/decode', 'DecodeRequest', { ids: [1] }],
  ])(
    'is not given, in every field of %s that may be left out, and the documents say so: %s',
    async (path, name, body) => {
      const sent = withNulls(name, body);
      expectValid(name, sent);
      const [answer, without] = await Promise.all(
        [sent, body].map((one) => post(serving.url + path, JSON.stringify(one))),
      );
      expect(await answer.text()).toBe(await without.text());
      expect(answer.status).toBe(200);
    },
  );

  it('is not given beside the request of a run, and in it', async () => {
    const { kind, ...fields } = lessonRun;
    const sent = withNulls('RunStart', { detail: 'tile', request: { kind, ...withNulls('AttentionRequest', fields) } });
    expectValid('RunStart', sent);
    expect((await post(`${serving.url}/runs`, JSON.stringify(sent))).status).toBe(201);
  });

  it('is not given in messages of the stream, but where it means something', async () => {
    const client = await dial(serving.url);
    const nothing = { tile_rows: null, tile_keys: null, paused: null };
    const start = { type: 'start', id: 'a', request: lessonRun, detail: 'whole', credits: 9, only: null };
    client.send({ ...start, ...nothing });
    await client.first('done', 'a');
    client.send({ ...start, ...nothing, id: 'b', only: { steps: ['z'], heads: null, rows: null } });
    const { run } = await client.first('started', 'b');
    await client.first('done', 'b');
    client.send({ type: 'watch', id: 'c', run, credits: 9, after: null, only: null, paused: null });
    await client.first('done', 'c');
    client.send({ type: 'speed', id: 'c', steps_per_second: null });
    client.send({ type: 'ping', t: null });
    await client.first('pong');
    expect(client.of('error')).toEqual([]);
    client.socket.close();
  });

  it('of a field that must be there is a field that is missing', async () => {
    for (const [path, body] of [
      ['/attention/text', { text: null }],
      ['/tokenize', { text: null }],
      ['/decode', { ids: null }],
    ] as const) {
      expect(await (await post(serving.url + path, JSON.stringify(body))).json()).toMatchObject({
        code: 'missing_field',
      });
    }
  });
});
