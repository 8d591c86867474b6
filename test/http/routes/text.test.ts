import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSON_TYPE, post, type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ workers: 2, logLevel: 'silent' });
});
afterAll(() => serving.app.close());

const ask = (body: object, headers: Record<string, string> = JSON_TYPE) =>
  post(`${serving.url}/attention/text`, JSON.stringify(body), headers);
const cat = { text: 'The cat sat on the mat', focus: 'sat' };

describe('POST /attention/text', () => {
  it('answers in JSON, and says where the time went', async () => {
    const answer = await ask(cat);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('server-timing')).toMatch(/^decode;dur=[\d.]+, queue;dur=/);
    const { tokens, focus } = (await answer.json()) as {
      tokens: { text: string }[];
      focus: { looks_at: { text: string }[] };
    };
    expect(tokens.map(({ text }) => text)).toEqual(['The', 'cat', 'sat', 'on', 'the', 'mat']);
    expect(focus.looks_at[0].text).toBe('mat');
  });

  it('spreads a long text over threads, and answers the same bytes each time', async () => {
    const text = Array.from({ length: 1500 }, (_, i) => ['cat', 'sat', 'mat', 'blorptastic', 'zz'][(i * i) % 5]).join(
      ' ',
    );
    const request = { text, heads: ['semantic', 'same-token'], outputs: ['weights'], tensor_format: 'base64' };
    const [a, b] = await Promise.all([ask(request), ask(request)].map(async (answer) => (await answer).text()));
    expect(a).toBe(b);
    const { weights } = JSON.parse(a);
    expect(weights.shape).toEqual([1500, 1500]);
    const data = new Float32Array(Uint8Array.from(Buffer.from(weights.data, 'base64')).buffer);
    for (let row = 0; row < 1500; row += 100) {
      const sum = data.subarray(row * 1500, (row + 1) * 1500).reduce((x, y) => x + y, 0);
      expect(sum).toBeCloseTo(1, 3);
    }
  });

  it.each(['application/vnd.safetensors', 'text/plain', 'application/octet-stream'])('reads no %s', async (type) => {
    const answer = await ask(cat, { 'content-type': type });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ code: 'unsupported_media_type' });
  });

  it('refuses what Accept asks for when it cannot be given', async () => {
    expect((await ask(cat, { ...JSON_TYPE, accept: 'image/png' })).status).toBe(406);
    expect((await ask(cat, { ...JSON_TYPE, accept: 'image/png;q=0.5, */*;q=0.1' })).status).toBe(200);
  });

  it('tells a fault as a problem document with a pointer', async () => {
    const answer = await ask({ ...cat, focus: 'dog' });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'invalid_option', pointer: '/focus', status: 422 });
  });

  it('takes nothing but POST', async () => {
    const answer = await fetch(`${serving.url}/attention/text`);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });
});
