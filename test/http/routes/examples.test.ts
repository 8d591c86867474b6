import { XmlDocument } from 'libxml2-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RequestError } from '../../../src/errors.ts';
import { lessonExamples } from '../../../src/text/examples.ts';
import { displayWidth } from '../../../src/text/label.ts';
import { EchoPool, post, type Serving, serve, until } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

interface Worked {
  name: string;
  look_at: string;
  requests: { name: string; method: string; path: string; body: object; answer: object; links: { svg: string } }[];
  comparisons: { says: string; left: Side; right: Side; holds: boolean }[];
  links: { self: string; text: string; svg: string };
}
interface Side {
  request?: string;
  pointer?: string;
  values: number[];
}

const get = (path: string, accept = '*/*') => fetch(serving.url + path, { headers: { accept } });
const worked = async (name: string) => (await (await get(`/examples/${name}`)).json()) as Worked;
const names = lessonExamples.map(({ name }) => name);

/** Titles of all panels, and of the picture; libxml2 refuses what is no XML. */
async function picture(path: string): Promise<{ title: string; texts: string[] }> {
  const document = XmlDocument.fromString(await (await get(path, 'image/svg+xml')).text());
  try {
    const texts = document.find('//*[local-name()="text"]').map((node) => node.content);
    return { title: document.find('//*[local-name()="title"]')[0].content, texts };
  } finally {
    document.dispose();
  }
}

describe('GET /examples', () => {
  it('lists all of them, with links that lead there', async () => {
    const { examples } = (await (await get('/examples')).json()) as { examples: Worked[] };
    expect(examples.map(({ name }) => name)).toEqual(names);
    const { links } = examples[1];
    expect((await get(links.self)).headers.get('content-type')).toBe('application/json');
    expect((await get(links.text)).headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect((await get(links.svg)).headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
  });
});

describe('GET /examples/{name}', () => {
  it.each(names)('%s has numbers that say what it says', async (name) => {
    const { comparisons, look_at } = await worked(name);
    expect(look_at).not.toBe('');
    expect(comparisons.length).toBeGreaterThan(1);
    expect(comparisons.filter(({ holds }) => !holds)).toEqual([]);
  });

  it.each(names)('%s answers as its routes do', async (name) => {
    for (const { method, path, body, answer } of (await worked(name)).requests) {
      expect(method).toBe('POST');
      expect(await (await post(serving.url + path, JSON.stringify(body))).json()).toEqual(answer);
    }
  });

  it.each(names)('%s can be read in a terminal and seen', async (name) => {
    const text = await (await get(`/examples/${name}`, 'text/plain')).text();
    const { requests, comparisons } = await worked(name);
    for (const { body } of requests) expect(text).toContain(JSON.stringify(body));
    for (const { says } of comparisons) expect(text.replaceAll('\n', ' ')).toContain(says);
    const wide = text.split('\n').filter((line) => displayWidth(line) > 80 && !line.startsWith('{'));
    expect(wide).toEqual([]);
    expect((await picture(`/examples/${name}`)).title).not.toBe('');
  });

  it('says where its numbers were read', async () => {
    const { comparisons } = await worked('library-search');
    expect(comparisons[0].left).toEqual({ request: 'unscaled', pointer: '/scores', values: [2, 0, 2] });
    expect(comparisons[0].right).toEqual({ values: [2, 0, 2] });
  });

  it('draws requests side by side that have the same rows and columns, and any of them alone', async () => {
    const both = await picture('/examples/sat-on-the-mat');
    expect(both.texts).toEqual(expect.arrayContaining(['sharp', 'even']));
    const { requests } = await worked('sat-on-the-mat');
    const alone = await picture(requests[1].links.svg);
    expect(alone.texts).not.toContain('sharp');
    // 0.2343 of the light falls on the mat at temperature 1.
    expect(alone.texts).toContain('0.23');
    const [sentence, code] = await Promise.all(
      ['sentence', 'code'].map((request) => picture(`/examples/decoder?request=${request}`)),
    );
    expect([sentence.texts.includes('cat'), code.texts.includes('tax')]).toEqual([true, true]);
  });

  it('draws both ways of reading in one picture', async () => {
    const { title, texts } = await picture('/examples/two-ways-of-reading');
    expect(title).toBe('What reaches “sleeping”, 11 words after “cat”');
    expect(texts).toEqual(expect.arrayContaining(['attention', 'one by one', '0.30', '0.02']));
  });

  it('takes the format from the query before Accept', async () => {
    const answer = await get('/examples/encoder?format=text', 'image/svg+xml');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('vary')).toBe('accept');
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
    expect((await get('/examples/encoder', browser)).headers.get('content-type')).toBe('application/json');
  });

  it('names the examples that there are to who asks for another', async () => {
    const answer = await get('/examples/dog-on-the-mat');
    expect(answer.status).toBe(404);
    const problem = (await answer.json()) as { code: string; detail: string };
    expect(problem.code).toBe('not_found');
    for (const name of names) expect(problem.detail).toContain(name);
  });

  it.each([
    ['?format=png', 'invalid_option'],
    ['?format=text&format=svg', 'invalid_option'],
    ['?request=flat', 'invalid_option'],
    ['?request=sharp&request=even', 'invalid_option'],
    ['?fromat=text', 'unknown_field'],
  ])('refuses %s', async (query, code) => {
    const answer = await get(`/examples/sat-on-the-mat${query}`);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code });
  });

  it('refuses what Accept asks for when it cannot be given, and other methods', async () => {
    expect((await get('/examples/encoder', 'image/png')).status).toBe(406);
    const answer = await post(`${serving.url}/examples/encoder`, '{}');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('tells a head what a body would be', async () => {
    const answer = await fetch(`${serving.url}/examples/encoder?format=svg`, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(1000);
  });
});

describe('an example under load', () => {
  it('goes through the pool as one request, and no further when its client has gone', async () => {
    const pool = new EchoPool();
    pool.before = (_request, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { app, url } = await serve({ logLevel: 'silent' }, pool);
    const client = new AbortController();
    const answer = fetch(`${url}/examples/code`, { signal: client.signal }).catch(() => 'gone');
    await until(() => pool.requests.length > 0);
    const asked = pool.requests.map(({ kind, body }) => ({ kind, ...JSON.parse(Buffer.from(body).toString()) }));
    expect(asked).toEqual([{ kind: 'example', name: 'code', prefix: '' }]);
    client.abort();
    expect(await answer).toBe('gone');
    await until(() => pool.signals[0].aborted);
    await app.close();
  });

  it('is refused when the queue is full, and when the limits of the server are too small for it', async () => {
    const { app, url } = await serve({ logLevel: 'silent', maxElements: 100 });
    const refused = await fetch(`${url}/examples/encoder`);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([413, 'too_many_elements']);
    expect((await fetch(`${url}/examples/library-search`)).status).toBe(200);
    await app.close();

    const full = new EchoPool();
    full.admit = () => {
      throw new RequestError('saturated', 'the queue is full');
    };
    const busy = await serve({ logLevel: 'silent' }, full);
    expect((await fetch(`${busy.url}/examples/code`)).status).toBe(503);
    expect(full.requests).toEqual([]);
    await busy.app.close();
  });
});
