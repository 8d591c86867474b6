import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepName } from '../../src/attention/steps.ts';
import { problemSchema } from '../../src/problem-document.ts';
import type { StepMessage } from '../../src/stream/protocol.ts';
import { type CaseTensor, type ConformanceCase, conformanceCases, requestOf } from '../conformance/cases.ts';
import { type Serving, serve } from '../http/serving.ts';
import { type Client, dial } from './dial.ts';

let runs = 0;

interface Watched {
  run: string;
  url: string;
  steps: readonly StepMessage[];
  /** Of queries; of k and v others. */
  heads: number;
  batch: number;
}

function bodyOf(testCase: ConformanceCase): object {
  const { path, tensors, options } = requestOf(testCase);
  const flat = ({ shape, dtype, data }: CaseTensor) => ({ shape, dtype, data });
  const named = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, flat(tensor)]));
  return { kind: path === '/attention' ? 'attention' : 'multi-head', ...named, ...options };
}

/** A run with all its steps, a whole matrix each. */
async function watched(testCase: ConformanceCase, client: Client, url: string): Promise<Watched> {
  client.messages.length = 0;
  client.send({ type: 'start', id: `tile-${runs++}`, request: bodyOf(testCase), detail: 'whole', credits: 1000 });
  await client.until(() => client.of('done')[0]);
  const [{ run, plan }] = client.of('started');
  return { run, url, steps: [...client.steps], heads: plan.sizes.heads, batch: plan.sizes.batch };
}

type Numbers = (number | '-Infinity')[][];

async function tile({ url, run }: Watched, name: StepName, query: object): Promise<Numbers> {
  const asked = new URLSearchParams({ step: name, ...query });
  const answer = await fetch(`${url}/runs/${run}/matrix?${asked}`, { headers: { accept: 'application/json' } });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  const told: Record<string, Numbers> = JSON.parse(text);
  return told[name];
}

/** The matrices of a step, one for each batch entry and head, as lists of rows. */
function matricesOf({ data }: StepMessage, columns: number, rows: number): Numbers[] {
  const all = [data].flat(9) as (number | '-Infinity')[];
  const row = (at: number) => all.slice(at * columns, (at + 1) * columns);
  return Array.from({ length: all.length / columns / rows }, (_, matrix) =>
    Array.from({ length: rows }, (_, i) => row(matrix * rows + i)),
  );
}

/** As it is defined: the largest, or the mean, of each block; the last of a row or column may be smaller. */
function pooled(matrix: Numbers, [tall, wide]: readonly [number, number], by: 'max' | 'mean'): number[][] {
  const blocks = (length: number, size: number) =>
    Array.from({ length: Math.ceil(length / size) }, (_, i) => [i * size, Math.min(length, (i + 1) * size)] as const);
  return blocks(matrix.length, tall).map(([top, bottom]) =>
    blocks(matrix[0].length, wide).map(([left, right]) => {
      const numbers = matrix.slice(top, bottom).flatMap((row) => row.slice(left, right).map(Number));
      return by === 'max' ? Math.max(...numbers) : numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    }),
  );
}

const close = (got: Numbers, want: readonly (readonly (number | string)[])[]) => {
  expect(got.length).toBe(want.length);
  for (const [i, row] of want.entries())
    for (const [j, one] of row.entries()) {
      const [number, x] = [Number(got[i][j]), Number(one)];
      if (number !== x) expect(Math.abs(number - x)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(x)));
    }
};

describe.each(['auto', 'wasm', 'reference'] as const)('tiles of the matrices of a run, kernel %s', (kernel) => {
  let serving: Serving;
  let client: Client;
  beforeAll(async () => {
    serving = await serve({ logLevel: 'silent', kernel, streamMessageRate: 10_000 });
    client = await dial(serving.url);
  });
  afterAll(async () => {
    client.socket.close();
    await serving.app.close();
  });

  it.each(conformanceCases)(
    'are put together the steps of $name, and pooled what these pooled are',
    async (testCase) => {
      const run = await watched(testCase, client, serving.url);
      for (const [at, step] of run.steps.entries()) {
        const matrices = wholeOf(step);
        // Another batch entry and head for each step.
        const which = at % matrices.length;
        const heads = matrices.length / run.batch;
        const place = { batch: Math.floor(which / heads), head: which % heads };
        const matrix = matrices[which];
        const [rows, columns] = [matrix.length, matrix[0].length];
        const [down, across] = [Math.ceil(rows / 3), Math.ceil(columns / 2)];
        const assembled: Numbers = Array.from({ length: rows }, () => []);
        for (let top = 0; top < rows; top += down)
          for (let left = 0; left < columns; left += across) {
            const ranges = {
              rows: `${top}:${Math.min(rows, top + down)}`,
              keys: `${left}:${Math.min(columns, left + across)}`,
            };
            const part = await tile(run, step.name, { ...place, ...ranges });
            for (const [i, row] of part.entries()) assembled[top + i].push(...row);
          }
        // However it is cut, to the last bit; the stream computes rows in other blocks, which may round otherwise.
        const whole = await tile(run, step.name, place);
        expect(assembled, step.name).toEqual(whole);
        close(whole, matrix);
        for (const by of ['max', 'mean'] as const)
          close(await tile(run, step.name, { ...place, pool: '2,3', by }), pooled(whole, [2, 3], by));
      }
      client.send({ type: 'cancel', run: run.run });
    },
  );

  /** The step as the stream gave it, which says its own size only where its tensor has all axes. */
  function wholeOf(step: StepMessage): Numbers[] {
    const { shape } = step;
    const columns = shape[shape.length - 1];
    const isRow = shape.length === 1;
    return matricesOf(step, columns, isRow ? 1 : shape[shape.length - 2]);
  }
});

describe('a tile of a matrix', () => {
  let serving: Serving;
  let run: string;
  const query = [
    [1, 0],
    [0, 1],
    [1, 1],
  ];
  const start = async (request: object, url = serving.url): Promise<string> => {
    const answer = await fetch(`${url}/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ request: { kind: 'attention', ...request }, detail: 'row' }),
    });
    return ((await answer.json()) as { run: string }).run;
  };
  beforeAll(async () => {
    serving = await serve({ logLevel: 'silent', maxStepBytes: 32 });
    run = await start({ query, key: query, value: query, scale: 1, is_causal: true });
  });
  afterAll(() => serving.app.close());

  const get = (asked: string, headers: Record<string, string> = {}, id = run) =>
    fetch(`${serving.url}/runs/${id}/matrix?${asked}`, { headers });

  it('is bare numbers of float32 for who takes bytes, with their shape beside them', async () => {
    const answer = await get('step=masked&rows=1:3&keys=0:2', { accept: 'application/octet-stream' });
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('tensor-shape')).toBe('2, 2');
    // q·k of the second and third row with the first two keys, by hand.
    expect([...new Float32Array(await answer.arrayBuffer())]).toEqual([0, 1, 1, 1]);
  });

  it('hides what may not be seen as −∞, and a mean of it is −∞', async () => {
    const json = { accept: 'application/json' };
    const first = await (await get('step=masked&rows=0:1', json)).json();
    expect(first).toMatchObject({ masked: [[1, '-Infinity', '-Infinity']], rows: '0:1', keys: '0:3' });
    const mean = await (await get('step=masked&rows=0:1&pool=1,2&by=mean', json)).json();
    expect(mean).toMatchObject({ masked: [['-Infinity', '-Infinity']] });
  });

  it('never changes: it may be kept, and is not sent again to who has it', async () => {
    const answer = await get('rows=0:2&keys=0:2');
    expect(answer.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(answer.headers.get('vary')).toContain('accept');
    const etag = answer.headers.get('etag') ?? '';
    for (const known of [etag, `W/${etag}`, `"another", ${etag}`, '*']) {
      const again = await get('keys=0:2&rows=0:2', { 'if-none-match': known });
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    }
    expect((await get('rows=0:2&keys=1:3', { 'if-none-match': etag })).status).toBe(200);
    const other = await get('rows=0:2&keys=0:2', { 'if-none-match': etag, accept: 'application/json' });
    expect(other.status).toBe(200);
  });

  it.each([
    ['rows=2:2', '/rows', 422, 'invalid_option'],
    ['rows=0:4', '/rows', 422, 'invalid_option'],
    ['rows=3:', '/rows', 422, 'invalid_option'],
    ['rows=-1:2', '/rows', 422, 'invalid_option'],
    ['rows=0-2', '/rows', 422, 'invalid_option'],
    ['rows=999999999:', '/rows', 422, 'invalid_option'],
    ['keys=1:9', '/keys', 422, 'invalid_option'],
    ['keys=', '/keys', 422, 'invalid_option'],
    ['head=1', '/head', 422, 'invalid_option'],
    ['head=-1', '/head', 422, 'invalid_option'],
    ['batch=1', '/batch', 422, 'invalid_option'],
    ['step=softcapped', '/step', 422, 'invalid_option'],
    ['step=running_max', '/step', 422, 'invalid_option'],
    ['step=scors', '/step', 422, 'invalid_option'],
    ['pool=0', '/pool', 422, 'invalid_option'],
    ['pool=1,2,3', '/pool', 422, 'invalid_option'],
    ['pool=', '/pool', 422, 'invalid_option'],
    ['by=least', '/by', 422, 'invalid_option'],
    ['rows=0:1&rows=1:2', '/rows', 422, 'invalid_option'],
    ['colour=red', '/colour', 422, 'unknown_field'],
    ['rows=0:3&keys=0:3', '/pool', 413, 'output_too_large'],
  ])('is refused for %s, which the problem points at', async (asked, pointer, status, code) => {
    const answer = await get(asked);
    const problem = problemSchema.parse(await answer.json());
    expect([answer.status, problem.code, problem.pointer], problem.detail).toEqual([status, code, pointer]);
    expect(answer.headers.get('cache-control') ?? '').not.toContain('immutable');
    expect(answer.headers.get('etag')).toBeNull();
  });

  it('says which pooling would fit, and that one does', async () => {
    const { detail } = problemSchema.parse(await (await get('')).json());
    const [, pool] = /pool=([\d,]+)/.exec(detail) ?? [];
    expect((await get(`pool=${pool}`)).status).toBe(200);
  });

  it('is not acceptable as a picture', async () => {
    expect((await get('rows=0:1', { accept: 'image/png' })).status).toBe(406);
  });

  it('is of a run that there is', async () => {
    expect((await get('', {}, 'nothing')).status).toBe(404);
    const gone = await start({ query, key: query, value: query });
    await fetch(`${serving.url}/runs/${gone}`, { method: 'DELETE' });
    expect((await get('rows=0:1', {}, gone)).status).toBe(410);
  });

  it('is of float64 where float32 is too small for it, and refused as bare float32', async () => {
    const large = [[3e20, 3e20]];
    const id = await start({ query: large, key: large, value: [[1]], scale: 1e-40 });
    const found = JSON.parse(await (await get('step=attn_scores', { accept: 'application/json' }, id)).text());
    expect(found.attn_scores[0][0]).toBeCloseTo(1.8e41, -36);
    const wide = await start({ query: [[1e200]], key: [[2]], value: [[1]], scale: 1e-200, precision: 'float64' });
    const beyond = await get('step=attn_scores', { accept: 'application/octet-stream' }, wide);
    expect([beyond.status, problemSchema.parse(await beyond.json()).code]).toEqual([422, 'overflow']);
    const bare = await get('step=attn_scores', { accept: 'application/octet-stream' }, id);
    expect([bare.status, problemSchema.parse(await bare.json()).code]).toEqual([422, 'overflow']);
  });

  it('comes with statistics of its rows, which are those of the answer', async () => {
    const answer = await fetch(`${serving.url}/runs/${run}/rows?rows=1:3`);
    const found = JSON.parse(await answer.text());
    // Of two scores 0 and 1, and of 1, 1 and 2: by hand.
    const [a, b] = [1 / (1 + Math.E), Math.E / (1 + Math.E)];
    expect(found.rows).toEqual([1, 3]);
    expect(found.max_key).toEqual([1, 2]);
    expect(found.max_weight[0]).toBeCloseTo(b, 6);
    expect(found.entropy[0]).toBeCloseTo(-a * Math.log(a) - b * Math.log(b), 6);
    expect(found.mean_distance[0]).toBeCloseTo(a, 6);
    expect(found.max_weight[1]).toBeCloseTo(Math.E ** 2 / (2 * Math.E + Math.E ** 2), 6);
    const refused = await fetch(`${serving.url}/runs/${run}/rows?rows=2:9`);
    expect([refused.status, problemSchema.parse(await refused.json()).pointer]).toEqual([422, '/rows']);
  });
});
