import { afterEach, describe, expect, it } from 'vitest';
import { LoadedTokenizers } from '../../src/pool/loaded-tokenizers.ts';
import type { TokenRequest } from '../../src/requests/request.ts';
import { aboutFile } from '../../src/text/hugging-face/about.ts';
import { fileAt, jsonOf, madeFile, OWN, pathOf } from '../text/hugging-face/files.ts';

const files = OWN.map((name) => fileAt(pathOf(name), name));
const abouts = await Promise.all(files.map(aboutFile));
const [bytes] = files.map((file) => file.bytes).sort((a, b) => b - a);

let loaded: LoadedTokenizers;
afterEach(() => loaded.close());

function begin(setting: { idleMs?: number; loadedBytes?: number } = {}): LoadedTokenizers {
  loaded = new LoadedTokenizers({
    files,
    about: (name) => abouts.find((about) => about.name === name),
    limits: { maxElements: 1 << 25, maxBodyBytes: 2 ** 26, maxTextBytes: 1 << 22, maxOutputBytes: 1 << 28 },
    nice: 0,
    onDeath: () => {},
    ...setting,
  });
  return loaded;
}

const prompt = (text: string): TokenRequest => ({
  kind: 'tokenize',
  body: Buffer.from(JSON.stringify({ prompt: text })),
  contentType: 'application/json',
  accept: undefined,
});
const patient = new AbortController().signal;

async function countOf(name: string, text: string): Promise<number> {
  const { pieces } = await loaded.answer(name, prompt(text), patient);
  return JSON.parse(Buffer.concat(pieces).toString()).count;
}

describe('tokenizers of files', () => {
  it('are loaded when they are first asked for, and once', async () => {
    begin();
    expect(loaded.names).toEqual([]);
    // [CLS], the, cat, [SEP]
    const counts = await Promise.all([countOf('word-piece', 'the cat'), countOf('word-piece', 'the cat')]);
    expect(counts).toEqual([4, 4]);
    expect(loaded.names).toEqual(['word-piece']);
  });

  it('are let go, the least recently used first, when their files are larger than all may be together', async () => {
    begin({ loadedBytes: bytes + 1 });
    await countOf('word-piece', 'the');
    await countOf('byte-level', 'the');
    expect(loaded.names).toEqual(['byte-level']);
    await countOf('word-piece', 'the');
    expect(loaded.names).toEqual(['word-piece']);
  });

  it('are let go when nobody uses them', async () => {
    begin({ idleMs: 1 });
    await countOf('unigram', 'the');
    while (loaded.names.length > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await countOf('unigram', 'the')).toBeGreaterThan(0);
  });

  it('stay as long as they work', async () => {
    begin({ loadedBytes: 0 });
    const [long, short] = await Promise.all([
      countOf('word-piece', 'the cat '.repeat(20_000)),
      countOf('byte-level', 'the'),
    ]);
    expect(long).toBe(40_002);
    expect(short).toBeGreaterThan(0);
    expect(loaded.names).toEqual([]);
  });

  it('answer a short text while two of a megabyte are read', async () => {
    begin();
    await countOf('word-piece', 'the');
    const order: string[] = [];
    const text = 'the cat sat on the mat '.repeat(45_000);
    const large = [1, 2, 3].map(() => countOf('word-piece', text).then(() => order.push('large')));
    await countOf('word-piece', 'the').then(() => order.push('short'));
    await Promise.all(large);
    expect(order[0]).toBe('short');
  });

  it('let go at once of a request whose client leaves while they are loaded, and answer the others', async () => {
    begin();
    const order: string[] = [];
    const client = new AbortController();
    const left = loaded.answer('word-piece', prompt('the cat '.repeat(10_000)), client.signal);
    const others = countOf('word-piece', 'the cat').then((count) => order.push(`${count} tokens`));
    client.abort(new Error('gone'));
    await expect(left.finally(() => order.push('left'))).rejects.toThrow('gone');
    await others;
    expect(order).toEqual(['left', '4 tokens']);
  });

  it('let go at once of a long request whose client leaves while it waits for its turn', async () => {
    begin();
    await countOf('word-piece', 'the');
    const order: string[] = [];
    const text = 'the cat sat on the mat '.repeat(20_000);
    const large = [1, 2].map(() => countOf('word-piece', text).then(() => order.push('large')));
    const client = new AbortController();
    const left = loaded.answer('word-piece', prompt(text), client.signal);
    const last = countOf('word-piece', text).then(() => order.push('last'));
    client.abort(new Error('gone'));
    await expect(left.finally(() => order.push('left'))).rejects.toThrow('gone');
    await Promise.all([...large, last]);
    expect(order).toEqual(['left', 'large', 'large', 'last']);
  });

  it('say in each answer that a file cannot be loaded', async () => {
    const file = madeFile({ ...jsonOf('byte-level'), model: { type: 'BPE', vocab: { a: 0 }, merges: ['a b'] } });
    const about = await aboutFile(file);
    loaded = new LoadedTokenizers({
      files: [file],
      about: () => about,
      limits: { maxElements: 1 << 25, maxBodyBytes: 2 ** 26, maxTextBytes: 1 << 22, maxOutputBytes: 1 << 28 },
      nice: 0,
      onDeath: () => {},
    });
    for (let times = 0; times < 2; times++) {
      const answer = loaded.answer('made', prompt('a'), patient);
      await expect(answer).rejects.toMatchObject({ code: 'invalid_option', pointer: '/tokenizer' });
    }
  });
});
