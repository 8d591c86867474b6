/** POST /attention and /attention/multi-head for people: the attention of their own model, as lines and as pictures. */
import { XmlDocument } from 'libxml2-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../../src/codec/safetensors.ts';
import type { RunDocument } from '../../../src/stream/protocol.ts';
import { JSON_TYPE, post, type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

async function shown(body: object, accept: string, path = '/attention'): Promise<string> {
  const answer = await post(`${serving.url}${path}`, JSON.stringify(body), { ...JSON_TYPE, accept });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
  return await answer.text();
}

interface Drawn {
  titles: string[];
  texts: string[];
  bold: string[];
  frames: number;
  description: string;
}

/** What libxml2 finds, which refuses what is no XML. */
async function drawn(body: object, path?: string): Promise<Drawn> {
  const document = XmlDocument.fromString(await shown(body, 'image/svg+xml', path));
  try {
    const all = (name: string) => document.find(`//*[local-name()=${name}]`).map((node) => node.content);
    return {
      titles: all('"title"'),
      texts: all('"text"'),
      bold: all('"text" and @font-weight="700"'),
      frames: all('"rect" and @class="heat-map-frame"').length,
      description: all('"desc"')[0],
    };
  } finally {
    document.dispose();
  }
}

/** Two heads, scale 1, causal. Row 1 has scores 0 and ln 3 in head 0: weights 1/4 and 3/4; equal ones in head 1. */
const LN3 = Math.log(3);
const request = {
  query: [
    [[1], [1]],
    [[1], [1]],
  ],
  key: [
    [[0], [LN3]],
    [[0], [0]],
  ],
  value: [
    [[1], [2]],
    [[1], [2]],
  ],
  scale: 1,
  is_causal: true,
  query_labels: ['cat', 'sat'],
  key_labels: ['chat', '<assis>'],
  head_labels: ['induction', 'layer 3, head 1'],
};

describe('the attention of somebody’s model, as text', () => {
  it('is a table of each head under its name', async () => {
    const text = await shown(request, 'text/plain');
    expect(text).toContain('induction\n\n       chat  <assis>\ncat  █ 1.00        ·\nsat  ▂ 0.25   ▆ 0.75\n');
    expect(text).toContain('layer 3, head 1\n\n       chat  <assis>\ncat  █ 1.00        ·\nsat  ▄ 0.50   ▄ 0.50\n');
    expect(text).not.toContain('looks at');
  });

  it('works out a focus', async () => {
    const text = await shown({ ...request, focus: 'sat' }, 'text/plain');
    expect(text).toMatch(/"sat" looks at\n\nposition {2}word +weight\n +1 {2}<assis> {2}0\.7500 /);
    // e^(0 − ln 3) = 1/3, and the sum 4/3.
    expect(text).toContain('max = 1.0986 and sum = 1.3333');
    expect(text).toMatch(/chat +0\.0000 +0\.0000 +0\.3333 +0\.2500\n/);
  });

  it.each([{ softcap: 30 }, { sinks: [0, 0] }, { scale: 0 }])(
    'does not work out what is no plain softmax: %o',
    async (more) => {
      const text = await shown({ ...request, ...more, focus: 1 }, 'text/plain');
      expect(text).toContain('"sat" looks at');
      expect(text).not.toContain('scaled');
    },
  );

  it('works out what float32 cannot hold no further than its weights', async () => {
    const far = { query: [[1e20]], key: [[1e20], [-1e20]], value: [[1], [2]], focus: 0 };
    const text = await shown(far, 'text/plain');
    expect(text).toContain('"0" looks at');
    expect(text).not.toContain('scaled');
  });

  it('lets no name command the terminal', async () => {
    const harmful = ['\u001b[2J', 'a\nb\u202e'];
    const names = { query_labels: harmful, key_labels: harmful, head_labels: harmful, focus: 0 };
    const text = await shown({ ...request, ...names }, 'text/plain');
    for (const command of ['\u001b', '\u202e', 'a\nb']) expect(text).not.toContain(command);
    expect(text).toContain('␛[2J');
  });

  it('numbers what has no names, from 0', async () => {
    const { query, key, value, scale } = request;
    const text = await shown({ query, key, value, scale, focus: 1 }, 'text/plain');
    expect(text).toContain('head 1\n\n        0       1\n');
    expect(text).toContain('"1" looks at');
  });

  it('shows every entry of a batch, and says how many heads are left out', async () => {
    const entry = { query: [[[1]]], key: [[[1]]], value: [[[1]]] };
    const batch = Object.fromEntries(
      Object.entries(entry).map(([name, tensor]) => [name, Array.from({ length: 18 }, () => tensor)]),
    );
    const text = await shown(batch, 'text/plain');
    expect(text).toContain('entry 15, head 0\n');
    expect(text).toContain('2 more heads are left out');
  });

  it('is refused for more rows or columns than anybody looks at', async () => {
    const many = { shape: [2 ** 15 + 1, 1], data: new Array(2 ** 15 + 1).fill(0) };
    const one = { shape: [1, 1], data: [0] };
    for (const [body, pointer] of [
      [{ query: many, key: one, value: one }, '/query'],
      [{ query: one, key: many, value: many }, '/key'],
    ] as const) {
      const answer = await post(`${serving.url}/attention`, JSON.stringify(body), {
        ...JSON_TYPE,
        accept: 'image/svg+xml',
      });
      expect(await answer.json()).toMatchObject({ status: 413, code: 'output_too_large', pointer });
    }
  });

  it('is there for nothing at all', async () => {
    const nothing = { shape: [1, 0, 2], data: [] };
    const none = { query: nothing, key: nothing, value: nothing };
    expect(await shown(none, 'text/plain')).toContain('Attention of 0 queries to 0 keys');
    expect((await drawn(none)).titles[0]).toBe('Attention of 0 queries to 0 keys');
    const noBatch = { shape: [0, 1, 1, 1], data: [] };
    expect((await drawn({ query: noBatch, key: noBatch, value: noBatch })).description).toContain('Heat map');
  });
});

describe('the attention of somebody’s model, as a picture', () => {
  it('has a panel for each head and the names that were given', async () => {
    const { titles, texts, frames, bold } = await drawn(request);
    expect(titles[0]).toBe('Attention of 2 queries to 2 keys, 2 heads');
    expect(texts).toEqual(expect.arrayContaining(['induction', 'layer 3, head 1', 'cat', 'sat', 'chat', '<assis>']));
    expect(titles).toContain('sat looks at <assis>: 0.7500');
    expect([frames, bold]).toEqual([0, []]);
  });

  it('marks the row of the focus, for those who do not see it, too', async () => {
    const { frames, bold, description } = await drawn({ ...request, focus: 1 });
    expect(frames).toBe(2);
    expect(bold).toEqual(['sat', 'sat']);
    expect(description).toContain('The row sat is marked.');
  });

  it('marks the row in the attention of a text', async () => {
    const { bold } = await drawn({ text: 'The cat sat', focus: 'cat' }, '/attention/text');
    expect(bold).toEqual(['cat']);
  });

  it('is of the mean of the heads in multi-head, or of each', async () => {
    const one = [
      [1, 0],
      [0, 1],
    ];
    const body = {
      ...{ query: one, key: one, value: one, num_heads: 2 },
      ...{ in_proj_weight: [...one, ...one, ...one], out_proj_weight: one, query_labels: ['a', 'b'] },
    };
    const mean = await drawn({ ...body, need_weights: false }, '/attention/multi-head');
    // Head 0 of row a has scores 1 and 0, head 1 none: (0.7311 + 0.5) / 2.
    expect(mean.titles).toContain('a looks at 0: 0.6155');
    const each = await drawn({ ...body, average_attn_weights: false }, '/attention/multi-head');
    expect(each.titles).toContain('a looks at 0: 0.7311');
    expect(each.texts).toContain('head 1');
  });

  it('is drawn of a file of tensors, with names in its metadata, and told in one', async () => {
    const tensor = (data: number[]) => ({ shape: [2, 1], dtype: 'float32' as const, data: Float32Array.from(data) });
    const file = writeSafetensors(
      ['query', 'key', 'value'].map((name) => ({ name, tensor: tensor([1, 0]) })),
      { query_labels: "['it', \"it's\"]", focus: "it's" },
    );
    const type = { 'content-type': 'application/vnd.safetensors' };
    const ask = (accept: string) => post(`${serving.url}/attention`, file, { ...type, accept });
    expect(await (await ask('image/svg+xml')).text()).toContain("The row it's is marked.");
    const header = Buffer.from(await (await ask('application/vnd.safetensors')).arrayBuffer());
    const { __metadata__: metadata } = JSON.parse(header.toString('utf8', 8, 8 + Number(header.readBigUInt64LE(0))));
    expect(JSON.parse(metadata.query_labels)).toEqual(['it', "it's"]);
    expect(JSON.parse(metadata.focus)).toEqual({ text: "it's", index: 1 });
  });

  it('is not what programs get that take anything', async () => {
    for (const accept of ['application/json, text/plain, */*', '*/*', 'text/html, */*;q=0.8']) {
      const answer = await post(`${serving.url}/attention`, JSON.stringify(request), { ...JSON_TYPE, accept });
      expect(answer.headers.get('content-type')).toBe('application/json');
    }
  });
});

describe('the plan of a run', () => {
  const planOf = async (path: string, body: object) => {
    const answer = await post(`${serving.url}${path}?stream=1`, JSON.stringify(body), JSON_TYPE);
    expect(answer.status).toBe(201);
    const { plan }: RunDocument = JSON.parse(await answer.text());
    return plan;
  };

  it('tells the names and the row to look at', async () => {
    const { query_labels, key_labels, head_labels } = request;
    expect(await planOf('/attention', { ...request, focus: 'sat' })).toMatchObject({
      ...{ query_labels, key_labels, head_labels, focus: 1 },
    });
    expect(await planOf('/attention/text', { text: 'The cat sat', focus: 'sat' })).toMatchObject({ focus: 2 });
  });

  it('has none of them where none was given', async () => {
    const { query, key, value } = request;
    const plan = await planOf('/attention', { query, key, value });
    expect(Object.keys(plan)).not.toContain('focus');
    expect(Object.keys(plan)).not.toContain('query_labels');
  });
});
