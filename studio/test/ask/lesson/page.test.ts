import { SpotlightClient, type WorkedExample } from 'spotlight-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../../../test/server.ts';
import { type LessonPage, pageOf, rowOf } from '../../../src/ask/lesson/page.ts';
import type { Part } from '../../../src/ask/lesson/part.ts';
import { changedRequests, trialsOf } from '../../../src/ask/lesson/trials.ts';

let server: RunningServer;
let client: SpotlightClient;
const examples = new Map<string, WorkedExample>();
beforeAll(async () => {
  server = await startServer({ WORKERS: '1' });
  client = new SpotlightClient({ baseUrl: server.url });
  for (const { name } of (await client.examples()).examples) examples.set(name, await client.example(name));
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

const pages = () => [...examples.values()].map((example) => ({ example, page: pageOf(example) }));
const named = (name: string): { example: WorkedExample; page: LessonPage } => {
  const example = examples.get(name);
  if (example === undefined) throw new Error(`there is no example ${name}`);
  return { example, page: pageOf(example) };
};
const matricesOf = (part: Part) => (part.is === 'text' ? part.reading.heads : part.heads).map(({ weights }) => weights);

describe('every example of the service', () => {
  it('becomes a page with words, pictures and what the numbers show', () => {
    expect(examples.size).toBeGreaterThan(10);
    for (const { example, page } of pages()) {
      expect(page.title, page.name).toBe(example.title);
      expect(`${page.lead} ${page.rest}`.trim(), page.name).toBe(example.look_at);
      expect(page.lead.length, page.name).toBeLessThan(160);
      expect(
        page.parts.map(({ name }) => name),
        page.name,
      ).toEqual(example.requests.map(({ name }) => name));
      expect(page.comparisons.length, page.name).toBeGreaterThan(0);
    }
  });

  it('has weights in each picture: of each row all of its light, or nothing where it sees nothing', () => {
    for (const { page } of pages()) {
      for (const { rows, columns, values } of page.parts.flatMap(matricesOf)) {
        expect(rows * columns, page.name).toBe(values.length);
        for (let row = 0; row < rows; row++) {
          const sum = values.subarray(row * columns, (row + 1) * columns).reduce((all, one) => all + one, 0);
          expect(Math.min(Math.abs(sum), Math.abs(sum - 1)), `${page.name}, row ${row}`).toBeLessThan(1e-5);
        }
      }
    }
  });

  it('has the numbers of its answer', () => {
    for (const { example, page } of pages()) {
      const given = example.requests.map(({ path, answer }) =>
        path === '/attention/text' ? answer.heads.map(({ weights }) => weights) : [answer.weights],
      );
      const shown = page.parts.map((part) => matricesOf(part).flatMap(({ values }) => [...values]));
      expect(shown, page.name).toEqual(given.map((weights) => weights.flat(4).map((one) => Math.fround(Number(one)))));
    }
  });

  it('lights a row that there is', () => {
    for (const { page } of pages()) {
      for (const part of page.parts) if (part.is === 'text') expect(part.row in part.reading.queries).toBe(true);
    }
    const lit = (name: string) =>
      named(name).page.parts.map((part) => part.is === 'text' && part.reading.queries[part.row]);
    expect(lit('sleeping-cat')).toEqual(['sleeping']);
    expect(lit('decoder')).toEqual(['sat', 'tax']);
    expect(lit('code')).toEqual(['softmax']);
  });
});

describe('a page', () => {
  it('names rows and columns as the request does', () => {
    const [part] = named('library-search').page.parts;
    expect(part).toMatchObject({ is: 'tensors', queries: ['query'], keys: ['book 1', 'book 2', 'book 3'], scale: 1 });
  });

  it('has each head of a request over vectors apart', () => {
    const [part] = named('myth-largest-weight').page.parts;
    if (part.is !== 'tensors') throw new Error('heads of vectors are expected');
    expect(part.heads.map(({ weights }) => [...weights.values])).toEqual([
      [0.5, 0.5, 0, 0, 0],
      [0.5, 0.125, 0.125, 0.125, 0.125],
    ]);
    expect(part.heads.map(({ output }) => [...output.values])).toEqual([[1], [2.5]]);
  });

  it('leads to the sentence view with the same request', () => {
    const [part] = named('decoder').page.parts;
    expect(part.is === 'text' && part.inSentence).toMatchObject({
      view: 'sentence',
      text: 'The cat sat on the mat',
      mode: 'causal',
      heads: ['semantic'],
      temperature: 0.1,
      excludeSelf: true,
      locked: [2],
    });
    const [hello] = named('hello-monde').page.parts;
    expect(hello.is === 'text' && hello.inSentence).toMatchObject({
      context: 'Bonjour monde',
      mode: 'cross',
      vectors: 'bilingual-example',
      locked: [0],
    });
  });
});

describe('the row that most is said of', () => {
  const said = (...pointers: string[]) =>
    pointers.map((pointer) => ({
      says: '',
      left: { request: 'one', pointer, values: [] },
      relation: 'equals' as const,
      right: { values: [] },
      holds: true,
    }));
  it('is counted over weights and statistics, the first among equals', () => {
    expect(rowOf('one', said('/weights/0', '/weights/2/5', '/stats/max_key/2'))).toBe(2);
    expect(rowOf('one', said('/heads/1/weights/3/1', '/weights/2'))).toBe(3);
    expect(rowOf('another', said('/weights/2'))).toBe(0);
  });
});

describe('what can be tried', () => {
  it('names requests that there are, and begins with the example’s own numbers', () => {
    const tried = pages().flatMap(({ page }) => trialsOf(page.name).map((trial) => ({ page, trial })));
    expect(tried.length).toBeGreaterThan(5);
    for (const { page, trial } of tried) {
      const request = page.requests.find(({ name }) => name === trial.request);
      if (request === undefined) throw new Error(`${page.name} has no request ${trial.request}`);
      const own = trial.own(request);
      expect(own, page.name).toBeGreaterThanOrEqual(trial.least);
      expect(own, page.name).toBeLessThanOrEqual(trial.most);
    }
  });

  it('sends the request with one number changed', async () => {
    const { page } = named('myth-more-is-better');
    const requests = changedRequests(page, { shift: -3, scale: 2 });
    expect(requests.map(({ name, body }) => [name, 'attn_mask' in body && body.attn_mask, body])).toEqual([
      ['shifted', [[-3, -3, -3]], expect.objectContaining({ scale: 1 })],
      ['scaled', false, expect.objectContaining({ scale: 2 })],
    ]);
    const [shifted] = requests;
    if (shifted.path !== '/attention') throw new Error('a request over vectors is expected');
    // The keys are ln 1/7, ln 2/7 and ln 4/7: a constant changes no weight.
    const { weights } = await client.attention(shifted.body);
    const rounded = [weights].flat(4).map((weight) => Number(Number(weight).toFixed(5)));
    expect(rounded).toEqual([0.14286, 0.28571, 0.57143]);
  });

  it('gives the first key of both heads another value, and asks nothing where nothing is changed', () => {
    const { page } = named('myth-largest-weight');
    expect(changedRequests(page, { value: 10 })[0].body).toMatchObject({
      value: [
        [[10], [2], [4], [6], [8]],
        [[10], [2], [4], [6], [8]],
      ],
    });
    expect(changedRequests(page, { temperature: 1 })).toEqual([]);
  });
});
