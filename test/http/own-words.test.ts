import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { clientMessages } from '../../src/stream/client-messages.ts';
import { lesson } from '../lesson.ts';
import { type Client, dial, lesson as lessonRun } from '../stream/dial.ts';
import { post, type Serving, serve } from './serving.ts';

let serving: Serving;
let client: Client;
let document: Record<string, unknown>;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent', streamMessageRate: 100_000, streamMessageBurst: 100_000 });
  client = await dial(serving.url);
  document = (await (await fetch(`${serving.url}/openapi.json`)).json()) as Record<string, unknown>;
});
afterAll(async () => {
  client.socket.close();
  await serving.app.close();
});

/** What zod says where nobody has said it in our words. */
const OF_THE_LIBRARY = /invalid input|expected(?!_)|received|unrecognized key|too (small|big)/i;

/** A body that each route answers. */
const multiHead = {
  query: [[1, 0]],
  key: [[1, 0]],
  value: [[1, 0]],
  num_heads: 1,
  in_proj_weight: new Array(6).fill([1, 0]),
  out_proj_weight: [
    [1, 0],
    [0, 1],
  ],
};
const BODIES: Readonly<Record<string, object[]>> = {
  '/attention': [lesson],
  '/attention/multi-head': [multiHead],
  '/attention/diagnose': [
    { ...lesson, expected_output: lesson.value[0] },
    { ...multiHead, expected_output: multiHead.query },
  ],
  '/attention/text': [{ text: 'the cat sat' }],
  '/runs': [{ detail: 'whole', request: lessonRun }],
  '/tokenize': [{ text: 'a' }, { texts: ['a'] }, { prompt: 'a' }, { inputs: 'a' }],
  '/detokenize': [{ ids: [1] }, { tokens: [1] }],
  '/decode': [{ ids: [1] }],
};

/** The names of all fields of a schema of the document, by all ways to be right; inner ones as "outer/inner". */
function fieldsOf(schema: unknown, depth = 0): string[] {
  if (typeof schema !== 'object' || schema === null || depth > 6) return [];
  const { $ref, anyOf, oneOf, properties = {} } = schema as Record<string, unknown>;
  if (typeof $ref === 'string') {
    const found = $ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, name) => Object(at)[name], document);
    return fieldsOf(found, depth + 1);
  }
  const ways = [anyOf ?? [], oneOf ?? []].flat().flatMap((way) => fieldsOf(way, depth + 1));
  const own = Object.entries(Object(properties)).flatMap(([name, inner]) => [
    name,
    ...fieldsOf(inner, depth + 1).map((field) => `${name}/${field}`),
  ]);
  return [...new Set([...ways, ...own])];
}

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, -1, 0, 1.5, 1e308, '', 'x', 'row', [], {}, [[]], [null], ['x'], [-1], [1e308], { x: 1 }),
  fc.constantFrom({ left: 'x' }, { base: 1 }, { base: -1, dim: 2 }, { base: 1, dim: 3, positions: {} }, { size: 0 }),
  fc.constantFrom({ steps: [] }, { steps: ['x'] }, { heads: [-1] }, { rows: 'x' }, { kind: 'x' }, { kind: 5 }),
  fc.jsonValue({ maxDepth: 2 }),
);

function withField(body: object, path: string, value: unknown): object {
  const [name, ...inner] = path.split('/');
  const before: unknown = Reflect.get(body, name);
  const isInner = inner.length > 0 && typeof before === 'object' && before !== null && !Array.isArray(before);
  const after = isInner ? withField(before, inner.join('/'), value) : value;
  return { ...body, [name]: inner.length > 0 && !isInner ? withField({}, inner.join('/'), value) : after };
}

/** The detail of a refusal is ours, whatever was sent. */
async function refusedInOurWords(answer: Response, sent: string): Promise<void> {
  expect(answer.status, sent).toBeLessThan(500);
  const text = await answer.text();
  if (answer.status < 400) return;
  expect(JSON.parse(text).detail, sent).not.toMatch(OF_THE_LIBRARY);
}

describe('a wrong value', () => {
  const bodies = Object.entries(BODIES).flatMap(([path, all]) => all.map((body) => ({ path, body })));
  test.prop([fc.constantFrom(...bodies), fc.nat(), odd], { numRuns: 600 })(
    'of any field of any route is refused in our words',
    async ({ path, body }, at, value) => {
      const fields = fieldsOf(bodySchemaOf(path));
      const field = fields[at % fields.length];
      const sent = JSON.stringify(withField(body, field, value));
      await refusedInOurWords(await post(serving.url + path, sent), `${path} ${sent}`);
    },
  );

  test.prop([
    fc.nat(),
    fc.constantFrom('', 'x', '-1', '1.5', '1e99', 'null', '[]', '0,x', ',', 'true', '9'.repeat(30)),
  ])('of any query parameter is refused in our words', async (at, value) => {
    const all = Object.entries(Object(document.paths)).flatMap(([path, methods]) =>
      Object.entries(Object(methods)).flatMap(([method, operation]) =>
        parametersOf(operation).map((name) => ({ path, method, name })),
      ),
    );
    const { path, method, name } = all[at % all.length];
    const target = `${serving.url}${path.replace('{name}', 'library-search').replace('{id}', 'x')}?${name}=${value}`;
    // Of jobs what is sent is not read.
    const body = method === 'post' ? JSON.stringify(BODIES[path]?.[0] ?? lesson) : undefined;
    const headers = { 'content-type': 'application/json' };
    await refusedInOurWords(await fetch(target, { method, body, headers }), target);
  });

  const types = Object.keys(clientMessages).filter((type) => type !== 'hello') as (keyof typeof clientMessages)[];
  test.prop([fc.constantFrom(...types), fc.nat(), odd], { numRuns: 300 })(
    'of any message of the stream is refused in our words',
    async (type, at, value) => {
      const fields = Object.keys(clientMessages[type].shape).filter((name) => name !== 'type' && name !== 'id');
      const field = fields[at % fields.length] ?? 'x';
      const whole = {
        id: 'a',
        detail: 'whole',
        credits: 1,
        run: 'r',
        n: 1,
        to: 1,
        steps_per_second: 1,
        request: lessonRun,
      };
      const known = Object.entries(whole).filter(([name]) => Object.hasOwn(clientMessages[type].shape, name));
      client.messages.length = 0;
      client.send({ type, ...Object.fromEntries(known), [field]: value });
      client.send({ type: 'unwatch', id: 'a' });
      client.send({ type: 'unwatch', id: 'the end' });
      await client.first('error', 'the end');
      for (const { problem } of client.of('error'))
        expect(problem.detail, `${type} ${field} ${JSON.stringify(value)}`).not.toMatch(OF_THE_LIBRARY);
    },
  );
});

function bodySchemaOf(path: string): unknown {
  return Object(document.paths)[path].post.requestBody.content['application/json'].schema;
}

function parametersOf(operation: unknown): string[] {
  const { parameters = [] } = Object(operation);
  return parameters
    .filter((parameter: { in: string }) => parameter.in === 'query')
    .map(({ name }: { name: string }) => name);
}
