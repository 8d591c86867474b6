import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lesson } from '../../lesson.ts';
import { post, type Serving, serve } from '../serving.ts';

type Schema = { [keyword: string]: unknown };
interface Media {
  schema: Schema;
  examples?: Record<string, { value: unknown }>;
}
interface Operation {
  operationId: string;
  tags: string[];
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { headers?: Record<string, object>; content?: Record<string, Media> }>;
}
interface Document {
  tags: { name: string; description: string }[];
  servers: { url: string }[];
  security: unknown[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

let serving: Serving;
let document: Document;
let ajv: Ajv2020;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
  document = (await (await fetch(`${serving.url}/openapi.json`)).json()) as Document;
  ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...document });
});
afterAll(() => serving.app.close());

const operations = () => Object.values(document.paths).flatMap((methods) => Object.values(methods));

/** What is wrong with a value, by a schema of the document; nothing when it is right. */
function faultOf(schema: Schema, value: unknown): string {
  const check = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
  return check(value) ? '' : ajv.errorsText(check.errors);
}
const named = (name: string, value: unknown) => faultOf({ $ref: `#/components/schemas/${name}` }, value);

/** Every schema of the document, at any depth, with where it stands. */
function everySchema(): { at: string; schema: Schema }[] {
  const found: { at: string; schema: Schema }[] = [];
  const walk = (at: string, schema: Schema) => {
    found.push({ at, schema });
    for (const [keyword, inner] of Object.entries(schema)) {
      if (['anyOf', 'oneOf', 'allOf'].includes(keyword)) {
        for (const [i, one] of (inner as Schema[]).entries()) walk(`${at}/${keyword}/${i}`, one);
      } else if (keyword === 'properties') {
        for (const [name, one] of Object.entries(inner as Record<string, Schema>)) walk(`${at}/${name}`, one);
      } else if (['items', 'additionalProperties'].includes(keyword) && typeof inner === 'object') {
        walk(`${at}/${keyword}`, inner as Schema);
      }
    }
  };
  for (const [name, schema] of Object.entries(document.components.schemas)) walk(name, schema);
  for (const { operationId, parameters = [], requestBody, responses } of operations()) {
    for (const { name, schema } of parameters) walk(`${operationId}?${name}`, schema);
    for (const { content = {} } of [...(requestBody ? [requestBody] : []), ...Object.values(responses)]) {
      for (const [type, { schema }] of Object.entries(content)) walk(`${operationId} ${type}`, schema);
    }
  }
  return found;
}

describe('the schemas of the document', () => {
  it('have examples that are valid by them', () => {
    let count = 0;
    for (const { operationId, requestBody, responses } of operations()) {
      const contents = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
      for (const { schema, examples = {} } of contents.flatMap((content) => Object.values(content ?? {}))) {
        for (const [name, { value }] of Object.entries(examples)) {
          // A request that shows a mistake has a problem for its answer.
          const isMistaken = Object.entries(responses).some(
            ([status, { content }]) =>
              Number(status) >= 400 && content?.['application/problem+json']?.examples?.[name] !== undefined,
          );
          if (!isMistaken || contents.indexOf(requestBody?.content) < 0) {
            expect(faultOf(schema, value), `${operationId} ${name}`).toBe('');
          }
          count++;
        }
      }
    }
    expect(count).toBeGreaterThan(40);
  });

  it('are true of answers in every form', async () => {
    const tensors = {
      ...lesson,
      query: [lesson.query],
      outputs: ['weights', 'lse', 'scores', 'masked_scores', 'stats', 'present'],
    };
    const masked = { ...tensors, attn_mask: [[false, true, false]] };
    const hidden = { ...tensors, attn_mask: [[false, false, false]] };
    const vector = { ...tensors, query: lesson.query };
    // Beyond float32, so that only float64 can tell it.
    const far = {
      query: [[3e38]],
      key: [[3e38]],
      value: [[1]],
      scale: 1,
      outputs: ['scores', 'lse'],
      precision: 'float64',
    };
    for (const body of [tensors, masked, hidden, vector, far]) {
      for (const tensor_format of ['nested', 'flat', 'base64']) {
        const answer = await post(`${serving.url}/attention`, JSON.stringify({ ...body, tensor_format }));
        expect(answer.status).toBe(200);
        expect(named('AttentionAnswer', await answer.json())).toBe('');
      }
    }
    const words = { text: 'The cat', outputs: ['weights', 'heads', 'stats', 'scores', 'masked_scores', 'output'] };
    for (const tensor_format of ['nested', 'flat', 'base64']) {
      const body = { ...words, is_causal: true, exclude_self: true, focus: 'cat', tensor_format };
      const answer = await post(`${serving.url}/attention/text`, JSON.stringify(body));
      expect(named('TextAnswer', await answer.json())).toBe('');
    }
    const { examples } = (await (await fetch(`${serving.url}/examples`)).json()) as { examples: { name: string }[] };
    for (const { name } of examples) {
      const example = await (await fetch(`${serving.url}/examples/${name}`)).json();
      expect(named('WorkedExample', example), name).toBe('');
    }
  });

  it('tell the shapes of a request for tokens apart by the one field that each must have', async () => {
    const { oneOf } = document.components.schemas.TokenizeRequest as { oneOf: { $ref: string }[] };
    const shapes = oneOf.map(({ $ref }) => document.components.schemas[$ref.split('/').at(-1) ?? '']);
    expect(shapes.map(({ required }) => required)).toEqual([['text'], ['texts'], ['prompt'], ['inputs']]);
    for (const body of [{ text: 'a' }, { texts: ['a'] }, { prompt: 'a' }, { inputs: 'a' }, { inputs: ['a'] }]) {
      expect(named('TokenizeRequest', body)).toBe('');
      const answer = await post(`${serving.url}/tokenize`, JSON.stringify(body));
      expect(named('TokenizeAnswer', await answer.json())).toBe('');
    }
    for (const body of [
      {},
      { text: 'a', texts: ['a'] },
      { text: 'a', prompt: 'a' },
      { prompt: 'a', chunk: { size: 1 } },
    ]) {
      expect(named('TokenizeRequest', body)).not.toBe('');
      expect((await post(`${serving.url}/tokenize`, JSON.stringify(body))).status).toBe(422);
    }
  });

  it('are true of every event of a run, each by the schema of its name', async () => {
    const started = await post(`${serving.url}/attention?stream=1&detail=row`, JSON.stringify(lesson));
    const text = await (await fetch(`${serving.url}${started.headers.get('location')}/events?steps=z`)).text();
    const events = [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, name, data]) => ({
      name,
      data: JSON.parse(data),
    }));
    const names = events.map(({ name }) => name);
    expect(names[0]).toBe('started');
    expect(names.at(-1)).toBe('done');
    expect(names).toContain('step');
    for (const { name, data } of events) {
      expect(named(`${name[0].toUpperCase()}${name.slice(1)}Event`, data), name).toBe('');
      // One of all, and no other.
      expect(named('RunEvent', data), name).toBe('');
    }
  });

  it('tell runs apart by their kind', () => {
    expect(document.components.schemas.RunRequest.discriminator).toEqual({
      propertyName: 'kind',
      mapping: {
        attention: '#/components/schemas/AttentionRunRequest',
        'multi-head': '#/components/schemas/MultiHeadRunRequest',
        text: '#/components/schemas/TextRunRequest',
      },
    });
    const run = (request: object) => named('RunStart', { request, detail: 'row' });
    expect(run({ kind: 'attention', ...lesson })).toBe('');
    expect(run({ kind: 'text', text: 'The cat' })).toBe('');
    expect(run({ kind: 'text', ...lesson })).not.toBe('');
    expect(run({ kind: 'other', ...lesson })).not.toBe('');
  });

  it('are in words that generators know', () => {
    const odd = everySchema().flatMap(({ at, schema }) =>
      ['const', 'nullable', 'exclusiveMinimum', 'exclusiveMaximum', 'prefixItems', 'propertyNames', 'default', '$defs']
        .filter((keyword) => keyword in schema)
        .map((keyword) => `${at}: ${keyword}`),
    );
    expect(odd).toEqual([]);
    expect(JSON.stringify(document)).not.toMatch(/9007199254740991/);
    for (const { at, schema } of everySchema()) {
      if (schema.format === 'date-time') expect(schema, at).not.toHaveProperty('pattern');
      // Of a reference only the description may differ.
      if ('$ref' in schema) expect(['$ref', 'description'], at).toEqual(expect.arrayContaining(Object.keys(schema)));
    }
  });

  it('have a name wherever there is more than a field or two', () => {
    const anonymous = everySchema().filter(
      ({ at, schema }) => /[/ ?]/.test(at) && Object.keys(schema.properties ?? {}).length > 3,
    );
    expect(anonymous.map(({ at }) => at)).toEqual([]);
    // Files of classes differ by more than case, and from the index that generators write.
    const names = Object.keys(document.components.schemas).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('index');
    for (const { at, schema } of everySchema()) {
      const values = ((schema.enum ?? []) as unknown[]).map((value) => String(value).toLowerCase());
      expect(new Set(values).size, at).toBe(values.length);
    }
    const alike = everySchema().filter(({ schema }) => {
      const variants = ((schema.anyOf ?? schema.oneOf ?? []) as Schema[]).map((variant) => JSON.stringify(variant));
      return new Set(variants).size < variants.length;
    });
    expect(alike.map(({ at }) => at)).toEqual([]);
  });
});

describe('the operations of the document', () => {
  it('have names, and tags that are described', () => {
    const ids = operations().map(({ operationId }) => operationId);
    expect([...ids].sort()).toEqual([
      'attention',
      'cancelRun',
      'createTicket',
      'decode',
      'deleteJob',
      'detokenize',
      'diagnose',
      'getExample',
      'getIndex',
      'getJob',
      'getJobResult',
      'getMatrix',
      'getRows',
      'getRun',
      'infer',
      'inferVersion',
      'inferenceLive',
      'inferenceModel',
      'inferenceModelReady',
      'inferenceModelReadyVersion',
      'inferenceModelVersion',
      'inferenceReady',
      'inferenceServer',
      'info',
      'jobEvents',
      'listExamples',
      'listTokenizers',
      'live',
      'metrics',
      'multiHeadAttention',
      'ready',
      'runEvents',
      'startJob',
      'startRun',
      'textAttention',
      'tokenize',
    ]);
    const tags = document.tags.map(({ name }) => name);
    for (const { operationId, tags: own } of operations()) {
      expect(own, operationId).toHaveLength(1);
      expect(tags).toContain(own[0]);
    }
    for (const { description } of document.tags) expect(description).not.toBe('');
  });

  it('say which server they are of, and that none needs a key', () => {
    expect(document.servers[0].url).toBe('/');
    expect(document.security).toEqual([]);
  });

  it('start a run where they can, and say where it is', async () => {
    for (const path of ['/attention', '/attention/multi-head', '/attention/text']) {
      const { parameters = [], responses } = document.paths[path].post;
      const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
      expect(names).toEqual(['stream', 'detail', 'tile_rows', 'tile_keys']);
      expect(responses['201'].headers).toHaveProperty('location');
    }
    expect(document.paths['/runs'].post.responses['201'].headers).toHaveProperty('location');
    const started = await post(`${serving.url}/attention?stream=true&detail=row`, JSON.stringify(lesson));
    expect(started.status).toBe(201);
    expect(started.headers.get('location')).toMatch(/^\/runs\//);
    expect(named('Run', await started.json())).toBe('');
  });

  it('take and give bytes as bytes', () => {
    for (const path of ['/attention', '/attention/multi-head']) {
      const { requestBody, responses } = document.paths[path].post;
      const binary = expect.objectContaining({ type: 'string', format: 'binary' });
      expect(requestBody?.content['application/vnd.safetensors'].schema).toEqual(binary);
      expect(requestBody?.content['application/octet-stream'].schema).toEqual(binary);
      expect(requestBody?.content['application/x-npz'].schema).toEqual(binary);
      expect(requestBody?.content['application/zip'].schema).toEqual(binary);
      expect(responses['200'].content?.['application/vnd.safetensors'].schema).toEqual(binary);
      expect(responses['200'].content?.['application/x-npz'].schema).toEqual(binary);
    }
  });
});
