/** Where the time of a request went: said by every answer that is computed, whatever its route and form. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../../src/codec/safetensors.ts';
import { examples } from '../../../src/http/documents/examples/examples.ts';
import { lessonExamples } from '../../../src/text/examples.ts';
import { randomNumbers } from '../../attention/problems.ts';
import { lesson } from '../../lesson.ts';
import { JSON_TYPE, post, type Serving, serve, until } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'info', workers: 2 });
});
afterAll(() => serving.app.close());

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { headers?: Record<string, unknown> }> }>>;
}

const PARTS = ['decode', 'queue', 'compute', 'encode'] as const;

/** The milliseconds of each part of a Server-Timing header, which must have exactly these parts in this order. */
function partsOf(answer: Response): Record<string, number> {
  expect(answer.status).toBe(200);
  const parts = (answer.headers.get('server-timing') ?? '').split(', ').map((part) => part.split(';dur='));
  expect(parts.map(([name]) => name)).toEqual([...PARTS]);
  const numbers = parts.map(([name, ms]): [string, number] => [name, Number(ms)]);
  for (const [, ms] of numbers) expect(ms).toBeGreaterThanOrEqual(0);
  return Object.fromEntries(numbers);
}

const SAFETENSORS = 'application/vnd.safetensors';
const binary = (length: number) => {
  const tensors = ['query', 'key', 'value'].map((name, i) => {
    const data = randomNumbers(i + 1, length * 64);
    return { name, tensor: { dtype: 'float32' as const, shape: [length, 64], data } };
  });
  return Uint8Array.from(writeSafetensors(tensors, {}));
};

/** The path of a route with something for each of its parameters. */
const filled = (path: string): string =>
  path.replace('{name}', lessonExamples[0].name).replace('{model}', 'attention').replace('{version}', '1');

describe('Server-Timing', () => {
  it('stands on every answer of a route whose document has it', async () => {
    const { paths } = (await (await fetch(`${serving.url}/openapi.json`)).json()) as Document;
    const timed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { responses }]) => responses['200']?.headers?.['server-timing'] !== undefined)
        .map(([method]) => ({ path, method })),
    );
    expect(timed.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'get /examples/{name}',
      'post /attention',
      'post /attention/diagnose',
      'post /attention/multi-head',
      'post /attention/text',
      'post /decode',
      'post /detokenize',
      'post /tokenize',
      'post /v2/models/{model}/infer',
      'post /v2/models/{model}/versions/{version}/infer',
    ]);
    for (const { path, method } of timed) {
      const withoutVersion = path.replace('/versions/{version}', '');
      const answered = examples[withoutVersion][method].filter(({ status }) => status === 200);
      expect(answered).not.toEqual([]);
      for (const { request, accept = 'application/json' } of answered) {
        const url = serving.url + filled(path);
        const init = method === 'get' ? {} : { method: 'POST', body: JSON.stringify(request) };
        partsOf(await fetch(url, { ...init, headers: { ...JSON_TYPE, accept } }));
      }
    }
  });

  it('says of a tiny request that it waited for nobody', async () => {
    const { queue, compute } = partsOf(await post(`${serving.url}/attention`, JSON.stringify(lesson)));
    expect(queue).toBe(0);
    expect(compute).toBeGreaterThan(0);
  });

  it('tells the parts of a request that is spread over threads, in either form', async () => {
    const body = binary(1500);
    for (const accept of [SAFETENSORS, 'application/json']) {
      const answer = await post(`${serving.url}/attention`, body, { 'content-type': SAFETENSORS, accept });
      for (const ms of Object.values(partsOf(answer))) expect(ms).toBeGreaterThan(0);
    }
  });

  it('says what the log says', async () => {
    const answer = await post(`${serving.url}/attention`, JSON.stringify(lesson), {
      ...JSON_TYPE,
      'x-request-id': 'timed',
    });
    await until(() => serving.lines.some(({ requestId }) => requestId === 'timed'));
    const line = serving.lines.find(({ requestId }) => requestId === 'timed');
    expect(line?.timings).toEqual(partsOf(answer));
  });

  it('is absent where nothing was computed', async () => {
    const refused = await post(`${serving.url}/attention`, '{}');
    expect(refused.status).toBe(422);
    expect(refused.headers.get('server-timing')).toBeNull();
    expect((await fetch(`${serving.url}/info`)).headers.get('server-timing')).toBeNull();
  });
});
