import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../../src/errors.ts';
import { exchange, parsed, type Serving, serve } from '../serving.ts';

interface Operation {
  operationId: string;
  responses: Record<
    string,
    { description: string; content?: Record<string, { schema: { $ref: string } } | undefined> }
  >;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { allOf?: { properties?: { code: { enum: string[] } } }[] }> };
}
type Part = string | { b64: string } | { zeros: number } | { repeat: string; times: number };
interface Case {
  group: string;
  name: string;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: Part[];
  raw?: Part[][];
  expect: { status?: number[] };
}

let serving: Serving;
let document: Document;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent', bodyTimeoutMs: 400, headersTimeoutMs: 400, keepAliveMs: 100 });
  document = (await (await fetch(`${serving.url}/openapi.json`)).json()) as Document;
});
afterAll(() => serving.app.close());

const cases: Case[] = JSON.parse(readFileSync(new URL('../../hostile/manifest.json', import.meta.url), 'utf8'));

/** The operation that a request is for, as the document has it. */
function operationOf(method: string, target: string): Operation | undefined {
  const [path] = target.split('?');
  const found = Object.keys(document.paths).find((known) =>
    new RegExp(`^${known.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  return found === undefined ? undefined : document.paths[found][method.toLowerCase()];
}

/** The codes that the document lists at an operation for a status. */
function listed({ responses }: Operation, status: number): string[] {
  const { description, content } = responses[status] ?? { description: '' };
  const name = content?.['application/problem+json']?.schema.$ref.split('/').at(-1) ?? '';
  const codes = document.components.schemas[name]?.allOf?.[1].properties?.code.enum ?? [];
  return codes.filter((code) => description.includes(`\`${code}\``));
}

const bytesOf = (parts: Part[]) =>
  Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part);
      if ('b64' in part) return Buffer.from(part.b64, 'base64');
      return 'zeros' in part ? Buffer.alloc(part.zeros) : Buffer.from(part.repeat.repeat(part.times));
    }),
  );

/** The request of a case as bytes. */
function bytesOfCase({ method = 'POST', path = '/', headers = {}, body, raw }: Case): Buffer {
  if (raw !== undefined) return bytesOf(raw.flat());
  const sent = bytesOf(body ?? []);
  const lines = Object.entries({
    host: 'localhost',
    connection: 'close',
    ...(body !== undefined && { 'content-length': sent.length, 'content-type': 'application/json' }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), sent]);
}

describe('the problems of an operation', () => {
  it('are those that hostile requests provoke, with their statuses', async () => {
    const missing = new Set<string>();
    const seen = new Set<string>();
    const provoke = async (one: Case) => {
      const sent = bytesOfCase(one);
      const [method, target] = sent.subarray(0, 8000).toString('latin1').split(' ');
      const operation = operationOf(method, target ?? '');
      if (operation === undefined) return;
      const answer = (await exchange(serving.port, sent)).replace(/^HTTP\/1\.1 100.*?\r\n\r\n/s, '');
      if (!/^HTTP\/1\.1 [45]/.test(answer) || !answer.includes('problem+json')) return;
      const { status, problem } = parsed(answer.split(/(?<=\})HTTP\/1\.1/)[0]);
      const code = String(problem.code);
      seen.add(code);
      if (!listed(operation, status).includes(code)) missing.add(`${operation.operationId} ${status} ${code}`);
    };
    // Those that must be refused: the others compute, some of them for long.
    const ofHttp = cases.filter(
      ({ expect: { status = [] } }) => status.length > 0 && status.every((one) => one >= 400),
    );
    // Many at once: those that never end their request are answered when their time is over.
    for (let i = 0; i < ofHttp.length; i += 64) await Promise.all(ofHttp.slice(i, i + 64).map(provoke));
    expect([...missing].sort()).toEqual([]);
    expect(seen.size).toBeGreaterThan(15);
  });

  it('are not those of other kinds of requests', () => {
    const codesOf = (path: string, method: string) => {
      const operation = document.paths[path][method];
      return Object.keys(operation.responses).flatMap((status) => listed(operation, Number(status)));
    };
    expect(codesOf('/tokenize', 'post')).not.toContain('ragged_array');
    expect(codesOf('/attention/text', 'post')).not.toContain('invalid_safetensors');
    expect(codesOf('/attention', 'post')).not.toContain('text_too_long');
    expect(codesOf('/attention', 'post')).not.toContain('overflow');
    expect(codesOf('/health/live', 'get')).not.toContain('draining');
    expect(codesOf('/runs/{id}', 'get')).not.toContain('not_owner');
    expect(codesOf('/runs/{id}', 'delete')).toContain('not_owner');
  });

  it('are all codes that there are, but for those of the stream and of no route', () => {
    const everywhere = Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap((operation) => Object.keys(operation.responses).flatMap((status) => listed(operation, Number(status))));
    expect(Object.keys(ERROR_CODES).filter((code) => !everywhere.includes(code))).toEqual([
      // Of the Open Inference Protocol, whose errors are sentences: in the log.
      'invalid_inference',
      'unknown_protocol',
      'invalid_message',
      'unknown_subscription',
      'upgrade_required',
      'method_not_allowed',
      'unknown_method',
    ]);
  });
});
