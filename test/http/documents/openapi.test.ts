import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ERROR_CODES } from '../../../src/errors.ts';
import { lesson } from '../../lesson.ts';
import { type Serving, serve } from '../serving.ts';

interface Media {
  schema?: object;
  examples?: Record<string, { summary: string; value: unknown }>;
}
interface Operation {
  parameters?: { in: string; name: string; example?: string }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}
interface Document {
  openapi: string;
  info: { version: string };
  servers?: unknown;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { required?: string[] }> };
}

let serving: Serving;
let served: Document;
beforeAll(async () => {
  // What is answered is looked at here, and not how a machine is that does other things as well.
  serving = await serve({ logLevel: 'silent', maxEventLoopDelayMs: 60_000 });
  served = (await (await fetch(`${serving.url}/openapi.json`)).json()) as Document;
});
afterAll(() => serving.app.close());

const operations = () =>
  Object.entries(served.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

describe('the OpenAPI document', () => {
  it('is the committed one', () => {
    const committed = readFileSync(new URL('../../../openapi/openapi.yaml', import.meta.url), 'utf8');
    expect(served, 'run `npm run openapi`').toEqual(parse(committed));
  });

  it('is of version 3.1 and tells nothing of the machine', () => {
    expect(served.openapi).toMatch(/^3\.1\./);
    expect(JSON.stringify(served)).not.toContain(serving.url);
  });

  it('describes every public route', () => {
    expect(
      operations()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(
      [
        'get /',
        'get /examples',
        'get /examples/{name}',
        'get /health/live',
        'get /health/ready',
        'get /info',
        'get /metrics',
        'post /attention',
        'post /attention/multi-head',
        'post /attention/text',
        'get /tokenizers',
        'post /decode',
        'post /attention/diagnose',
        'post /detokenize',
        'post /tokenize',
        'post /runs',
        'get /runs/{id}',
        'delete /runs/{id}',
        'get /runs/{id}/events',
        'get /runs/{id}/matrix',
        'get /runs/{id}/rows',
        'get /v2',
        'get /v2/health/live',
        'get /v2/health/ready',
        'get /v2/models/{model}',
        'get /v2/models/{model}/ready',
        'get /v2/models/{model}/versions/{version}',
        'get /v2/models/{model}/versions/{version}/ready',
        'post /v2/models/{model}/infer',
        'post /v2/models/{model}/versions/{version}/infer',
        'post /tickets',
        'post /jobs',
        'get /jobs/{id}',
        'delete /jobs/{id}',
        'get /jobs/{id}/result',
        'get /jobs/{id}/events',
      ].sort(),
    );
  });

  it('refers only to schemas that it has', () => {
    const names = [...JSON.stringify(served).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !(name in served.components.schemas))).toEqual([]);
  });

  it('says which fields a request must have', () => {
    expect(served.components.schemas.AttentionRequest.required).toEqual(['query', 'key', 'value']);
  });

  it('offers safetensors and archives of NumPy beside JSON', () => {
    for (const path of ['/attention', '/attention/multi-head']) {
      const { requestBody, responses } = served.paths[path].post;
      for (const type of ['application/vnd.safetensors', 'application/x-npz']) {
        expect(Object.keys(requestBody?.content ?? {})).toContain(type);
        expect(Object.keys(responses['200'].content ?? {})).toContain(type);
      }
    }
  });

  it('gives the lesson as its first example', () => {
    const [first] = Object.values(
      served.paths['/attention'].post.requestBody?.content['application/json'].examples ?? {},
    );
    expect(first.value).toEqual({ ...lesson, need_weights: true });
    const answer = Object.values(
      served.paths['/attention'].post.responses['200'].content?.['application/json'].examples ?? {},
    )[0].value;
    const { weights, output } = answer as { weights: number[]; output: number[] };
    // e² : e⁰ : e² and their mean of the values, by hand.
    for (const [i, weight] of [0.4683, 0.0634, 0.4683].entries()) expect(weights[i]).toBeCloseTo(weight, 4);
    for (const [i, number] of [7.088, 14.1761, 21.2641].entries()) expect(output[i]).toBeCloseTo(number, 4);
  });

  it('has an example for every route', () => {
    for (const { path, operation } of operations()) {
      // What is said of one run needs a run that is there: test/http/runs.test.ts.
      if (path.includes('{')) continue;
      const ok = operation.responses['200'] ?? operation.responses['201'];
      // Numbers for Prometheus are of the moment: docs/metrics.md names them.
      if (path === '/metrics') continue;
      // A job is of the moment, too: docs/jobs.md shows one.
      if (path === '/jobs') continue;
      expect(Object.keys(ok.content?.['application/json'].examples ?? {}), path).not.toEqual([]);
    }
  });

  it('has examples that the server answers as they say', async () => {
    let sent = 0;
    for (const { path, method, operation } of operations()) {
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        for (const [type, { examples = {} }] of Object.entries(content)) {
          for (const [name, { value }] of Object.entries(examples)) {
            const request = operation.requestBody?.content['application/json'].examples?.[name];
            const answer = await fetch(serving.url + filled(path, operation), {
              method,
              headers: { accept: `${type}, */*;q=0.1` },
              ...(request !== undefined && {
                headers: { 'content-type': 'application/json', accept: `${type}, */*;q=0.1` },
                body: JSON.stringify(request.value),
              }),
            });
            expect(answer.status, `${path} ${name}`).toBe(Number(status));
            expect(answer.headers.get('content-type')).toContain(type);
            const body = type.includes('json') ? await answer.json() : await answer.text();
            expect(comparable(body, path), `${path} ${name}`).toEqual(nearly(comparable(value, path)));
            sent++;
          }
        }
      }
      const requests = Object.keys(operation.requestBody?.content['application/json'].examples ?? {});
      const answers = Object.values(operation.responses).flatMap(({ content = {} }) =>
        Object.values(content).flatMap((c) => Object.keys(c.examples ?? {})),
      );
      expect(
        requests.filter((name) => !answers.includes(name)),
        `requests of ${path} without an answer`,
      ).toEqual([]);
    }
    expect(sent).toBeGreaterThan(10);
  });
});

describe('the documents', () => {
  it('are served as YAML, too, which is the committed one', async () => {
    for (const name of ['openapi.yaml', 'asyncapi.yaml']) {
      const answer = await fetch(`${serving.url}/${name}`);
      expect(answer.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
      const committed = readFileSync(new URL(`../../../openapi/${name}`, import.meta.url), 'utf8');
      expect(await answer.text(), 'run `npm run openapi`').toBe(committed);
    }
  });

  it('are found from the index', async () => {
    const index = (await (await fetch(`${serving.url}/`)).json()) as Record<string, string>;
    const paths = Object.values(index).filter((value) => value.startsWith('/'));
    expect(paths).toEqual(
      expect.arrayContaining([
        '/docs',
        '/docs/errors',
        '/openapi.json',
        '/openapi.yaml',
        '/asyncapi.json',
        '/asyncapi.yaml',
      ]),
    );
    for (const path of paths) expect((await fetch(serving.url + path)).status, path).toBe(200);
  });
});

describe('the documentation', () => {
  it('is a page that needs no other host', async () => {
    const answer = await fetch(`${serving.url}/docs`);
    expect(answer.status).toBe(200);
    const html = await answer.text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      const resource = new URL(link, answer.url);
      expect(resource.origin).toBe(serving.url);
      expect((await fetch(resource)).status, link).toBe(200);
    }
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('explains every code where the type of a problem points', async () => {
    const problem = (await (await fetch(`${serving.url}/nowhere`)).json()) as { type: string };
    const target = new URL(problem.type, serving.url);
    const answer = await fetch(target);
    expect(answer.headers.get('content-type')).toContain('text/html');
    const html = await answer.text();
    expect(html).toContain(`id="${target.hash.slice(1)}"`);
    for (const code of Object.keys(ERROR_CODES)) expect(html).toContain(`id="${code}"`);
  });
});

/** A path with the examples of its parameters in their places. */
function filled(path: string, { parameters = [] }: Operation): string {
  const exampleOf = (parameter: string) =>
    parameters.find((one) => one.in === 'path' && one.name === parameter)?.example;
  return path.replace(/\{(\w+)\}/g, (_, parameter) => exampleOf(parameter) ?? `no-example-of-${parameter}`);
}

/** Numbers within 0.5e-5 are equal. */
function nearly(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 5);
  if (Array.isArray(value)) return value.map(nearly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nearly(inner)]));
}

/** What depends on the machine or the request is left out. */
function comparable(value: unknown, path: string): unknown {
  if (path === '/info' || path === '/tickets') return shapeOf(value);
  // Its id and its times are its own, and it may be finished already.
  if (path === '/runs') return comparable(Reflect.get(Object(value), 'plan'), '');
  return JSON.parse(
    JSON.stringify(value, (key, inner) => (key === 'kernel' || key === 'instance' ? undefined : inner)),
  );
}

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
  return typeof value;
}
