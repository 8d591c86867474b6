/** POST /attention/text for people: lines for a terminal, and pictures. */
import { XmlDocument } from 'libxml2-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSON_TYPE, post, type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

async function shown(body: object, accept: string): Promise<string> {
  const answer = await post(`${serving.url}/attention/text`, JSON.stringify(body), { ...JSON_TYPE, accept });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
  return await answer.text();
}
const lines = (body: object) => shown(body, 'text/plain');

/** What libxml2 finds, which refuses what is no XML. */
async function drawn(body: object): Promise<{ titles: string[]; texts: string[] }> {
  const document = XmlDocument.fromString(await shown(body, 'image/svg+xml'));
  try {
    const all = (name: string) => document.find(`//*[local-name()="${name}"]`).map((node) => node.content);
    return { titles: all('title'), texts: all('text') };
  } finally {
    document.dispose();
  }
}

/** Cosine 0.6: e^1 and e^0.6 by their sum, 0.5987 and 0.4013. */
const car = {
  text: 'red car',
  vectors: { red: [1, 0], car: [3, 4] },
  temperature: 1,
  exclude_self: false,
};

describe('attention between words, as text', () => {
  it('is a table, and for a focus its list and its steps', async () => {
    const text = await lines({ ...car, focus: 'red' });
    expect(text).toContain('red  █ 0.60  ▆ 0.40\ncar  ▆ 0.40  █ 0.60\n');
    expect(text).toMatch(/ 1 {2}car {3}0\.4013 {2}█+/);
    // e^(0.6 − 1) = 0.6703, and the sum 1.6703.
    expect(text).toContain('max = 1.0000 and sum = 1.6703');
    expect(text).toContain('car   0.6000  0.6000            0.6703  0.4013\n');
  });

  it('shows the mean and each head of several, and what each is built from', async () => {
    // The same token: 1 for itself, 0 for the other, so e and 1 by their sum: 0.73 and 0.27; the means 0.66 and 0.34.
    const text = await lines({ ...car, heads: ['semantic', 'same-token'], focus: 'red' });
    expect(text).toContain('the mean of 2 heads\n\n        red     car\nred  █ 0.66  ▅ 0.34\n');
    expect(text).toContain('the head semantic\n\n        red     car\nred  █ 0.60  ▆ 0.40\n');
    expect(text).toContain('the head same-token\n\n        red     car\nred  █ 0.73  ▃ 0.27\n');
    expect(text).toMatch(/^same-token, constructed: /m);
    expect(text.match(/^From "red" to its weights$/gm)).toHaveLength(2);
  });

  it('leaves out what outputs does not ask for', async () => {
    const heads = ['semantic', 'same-token'];
    expect(await lines({ ...car, heads, outputs: ['weights'] })).not.toContain('the head semantic');
    expect(await lines({ ...car, heads, outputs: ['heads'] })).not.toContain('the mean');
    const text = await lines({ ...car, focus: 'red', outputs: [] });
    expect(text).toContain('From "red"');
    expect(text).not.toContain('the largest weight\n');
  });

  it('tells what ALiBi takes off from the score, and which words are hidden', async () => {
    // 0.05 for one position: 0.6 − 0.05; the word after it is hidden.
    const text = await lines({ ...car, text: 'red car red', positions: 'alibi', is_causal: true, focus: 1 });
    expect(text).toContain('each word sees those before it only');
    const steps = text.slice(text.indexOf('From "car"'));
    expect(steps).toMatch(/^car +1\.0000 +0\.0000 +1\.0000 /m);
    expect(steps).toMatch(/^red +0\.6000 +−0\.0500 +0\.5500 /m);
    expect(steps).toMatch(/^red +0\.6000 .*−∞ +0\.0000 +0\.0000$/m);
  });

  it('works the steps out that JSON answers', async () => {
    const body = { text: 'The cat sat on the mat', focus: 'sat' };
    const { focus } = JSON.parse(
      await (await post(`${serving.url}/attention/text`, JSON.stringify(body), JSON_TYPE)).text(),
    ) as { focus: { heads: { looks_at: { text: string; score: number; scaled: number; weight: number }[] }[] } };
    const text = await lines(body);
    for (const { text: word, score, scaled, weight } of focus.heads[0].looks_at) {
      const steps = `^${word} +${score.toFixed(4)} +${scaled.toFixed(4)} +\\d\\.\\d{4} +${weight.toFixed(4)}$`;
      expect(text).toMatch(new RegExp(steps, 'm'));
    }
  });

  it('says of a text that sees nothing that it does', async () => {
    const text = await lines({ text: 'alone', focus: 0 });
    expect(text).toContain('every word is hidden');
  });

  it('lets no word command a terminal', async () => {
    const text = await lines({ text: 'a\u001b[31m b\u202e c שלום \u0007', context: 'x\u0000 y' });
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\u202a-\u202e]/u);
  });
});

describe('attention between words, as a picture', () => {
  it('has a title, cells with their weights, and says who looks at whom', async () => {
    const { titles } = await drawn(car);
    expect(titles).toEqual([
      'Attention in “red car”',
      'red looks at red: 0.5987',
      'red looks at car: 0.4013',
      'car looks at red: 0.4013',
      'car looks at car: 0.5987',
    ]);
  });

  it('draws several heads side by side, or their mean when that is asked for alone', async () => {
    const heads = ['semantic', 'same-token'];
    expect((await drawn({ ...car, heads })).texts).toEqual(expect.arrayContaining(heads));
    const { texts } = await drawn({ ...car, heads, outputs: ['weights'] });
    expect(texts).toContain('0.66');
    expect(texts).not.toContain('same-token');
  });

  it('names both texts of a cross-attention', async () => {
    const { titles } = await drawn({ ...car, text: 'red', context: 'car red', exclude_self: undefined });
    expect(titles[0]).toBe('“red” looks at “car red”');
  });

  it('stays XML and whole, whatever the words are and however many', async () => {
    const hostile = '<script>alert(1)</script> ]]>&amp; \u0000\u001b \ud800 שלום 👨‍👩‍👧‍👦 "onload=';
    expect((await drawn({ text: hostile })).titles[0]).toContain('<script>alert(1)</script>');
    const long = Array.from({ length: 2048 }, (_, i) => `w${i % 50}`).join(' ');
    const svg = await shown({ text: long, heads: ['semantic', 'position', 'same-token'] }, 'image/svg+xml');
    expect(svg.length).toBeLessThan(1e6);
    expect(svg.endsWith('</svg>\n')).toBe(true);
  });
});
