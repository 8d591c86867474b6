/** Everything on the wire is snake_case: what the documents name, and what is really sent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dial, lesson, problem } from '../../stream/dial.ts';
import { post, type Serving, serve } from '../serving.ts';

const example = z.object({ value: z.unknown() });
const operation = z.object({
  parameters: z.array(z.object({ in: z.string(), name: z.string() })).optional(),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ examples: z.record(z.string(), example).optional() })) })
    .optional(),
});
const openapi = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

let serving: Serving;
let described: unknown;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
  described = await get('/openapi.json');
});
afterAll(() => serving.app.close());

async function get(path: string): Promise<unknown> {
  const answer = await fetch(serving.url + path, { headers: { accept: 'application/json, */*;q=0.1' } });
  const type = answer.headers.get('content-type') ?? '';
  return type.includes('json') ? await answer.json() : await answer.text();
}

/** All names of members in a value, at any depth. */
function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(keysOf);
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner];
}

/** All names that the schemas in a document give to members. */
function propertiesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === 'properties' && typeof inner === 'object' && inner !== null ? Object.keys(inner) : []),
    ...propertiesOf(inner),
  ]);
}

const misspelt = (names: string[]) => [...new Set(names)].filter((name) => !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name));

describe('the spelling of the wire', () => {
  it('is told from others by the test', () => {
    expect(misspelt(keysOf({ key_heads: [{ keyHeads: 1, 'key-heads': 2, float32: 3, Key: 4 }] }))).toEqual([
      'keyHeads',
      'key-heads',
      'Key',
    ]);
    expect(propertiesOf({ a: [{ properties: { b: { properties: { c: {} } } } }] })).toEqual(['b', 'c']);
  });

  it('is snake_case in both documents', async () => {
    const stream = await get('/asyncapi.json');
    for (const [names, atLeast] of [
      [propertiesOf(described), 100],
      // The subprotocol is a header of HTTP.
      [propertiesOf(stream).filter((name) => !name.startsWith('Sec-')), 50],
    ] as const) {
      expect(new Set(names).size).toBeGreaterThan(atLeast);
      expect(misspelt(names)).toEqual([]);
    }
  });

  it('is snake_case in the parameters of all routes', () => {
    const names = Object.values(openapi.parse(described).paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ parameters = [] }) => parameters)
      .filter((parameter) => parameter.in !== 'header')
      .map(({ name }) => name);
    expect(names).toContain('after');
    expect(misspelt(names)).toEqual([]);
  });

  it('is snake_case in what all routes answer to their examples', async () => {
    const { paths } = openapi.parse(described);
    const { examples } = z.object({ examples: z.array(z.object({ name: z.string() })) }).parse(await get('/examples'));
    const answers: unknown[] = [];
    for (const { name } of examples) answers.push(await get(`/examples/${name}`));
    for (const [path, methods] of Object.entries(paths)) {
      if (methods.get !== undefined && !path.includes('{')) answers.push(await get(path));
      const bodies = Object.values(methods.post?.requestBody?.content['application/json']?.examples ?? {});
      for (const { value } of bodies) {
        const answer = await post(serving.url + path, JSON.stringify(value));
        answers.push(value, await answer.json());
      }
    }
    const names = keysOf(answers);
    for (const expected of ['effective_keys', 'max_body_bytes', 'special_tokens', 'head_dim', 'pointer']) {
      expect(names).toContain(expected);
    }
    expect(misspelt(names)).toEqual([]);
  });

  it.each(['whole', 'head', 'row', 'tile'])('is snake_case in a run with detail %s and its steps', async (detail) => {
    const client = await dial(serving.url);
    const text = { kind: 'text', text: 'The cat sat on the mat', tokenizer: 'words' };
    const request = detail === 'whole' ? text : problem(2, 8, 4);
    client.send({ type: 'start', id: 'a', request, detail, credits: 1000, only: { steps: ['k', 'z'] } });
    client.send({ type: 'ping', t: 1 });
    client.send({ type: 'watch', id: 'b', run: 'nope', credits: 1 });
    const { run } = await client.first('started', 'a');
    await client.first('done', 'a');
    const names = keysOf([client.messages, await get(`/runs/${run}`)]);
    for (const expected of ['heartbeat_ms', 'messages_per_second', 'key_heads', 'max_weight', 'expires_at', 'problem'])
      expect(names).toContain(expected);
    expect(misspelt(names)).toEqual([]);
    client.socket.close();
  });

  it('is snake_case in what the server says when it leaves', async () => {
    const own = await serve({ logLevel: 'silent' });
    const client = await dial(own.url);
    client.send({ type: 'start', id: 'a', request: lesson, detail: 'row', credits: 0 });
    await client.first('started');
    await own.app.close();
    expect(misspelt(keysOf(await client.first('goodbye')))).toEqual([]);
  });
});
