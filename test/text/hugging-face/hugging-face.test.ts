import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { randomNumbers, randomText } from '../tokenize/random-text.ts';
import { added, fileAt, jsonOf, libraryOf, load, madeFile, OWN, pathOf, told, toldByLibrary } from './files.ts';

/** What Hugging Face's own implementation says in Python, see make.py; special tokens in a text are plain text there. */
interface Expected {
  text: string;
  ids: number[];
  bytes: ([number, number] | null)[];
  decoded: string;
}

const expectedOf = (name: string): Expected[] =>
  JSON.parse(readFileSync(new URL(`./expected/${name}.json`, import.meta.url), 'utf8'));

describe.each(OWN)('a tokenizer.json of the kind %s', async (name) => {
  const tokenizer = await load(fileAt(pathOf(name), name));
  const { before, after } = tokenizer.about;
  const cases = expectedOf(name);

  it.each(cases)('gives the ids and places of the original for $text', async ({ text, ids, bytes }) => {
    const { ids: own, places } = await told(tokenizer, text);
    expect([...before, ...own, ...after]).toEqual(ids);
    expect([...before.map(() => null), ...places, ...after.map(() => null)]).toEqual(bytes);
  });

  it.each(cases)('decodes as the original: $text', async ({ ids, decoded }) => {
    expect(await tokenizer.decode(ids, true, 1000)).toBe(decoded);
  });
});

/** Files that tokenizers of models are like, with what they stumble over. */
const likeModels = {
  ...Object.fromEntries(OWN.map((name) => [name, jsonOf(name)])),
  'byte-level with marks that strip, and unflagged tokens': withAdded('byte-level', [
    added(400, '<mask>', { special: true, lstrip: true }),
    added(401, '</think>'),
    added(402, '  ', { normalized: true }),
    added(403, '    ', { normalized: true }),
    added(404, 'word', { single_word: true, rstrip: true }),
  ]),
  'byte-level behind the pattern of Llama 3': {
    ...jsonOf('byte-level'),
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: {
            Regex:
              "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          },
          behavior: 'Isolated',
          invert: false,
        },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
  },
  'byte-level that trims its places': {
    ...jsonOf('byte-level'),
    post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  },
  'unigram behind white space': {
    ...jsonOf('unigram'),
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'WhitespaceSplit' },
        { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
      ],
    },
  },
  'words alone': wordLevel(),
};

describe.each(Object.entries(likeModels))('the library itself: %s', async (_, json) => {
  const file = madeFile(json);
  const [tokenizer, library] = [await load(file), libraryOf(file)];
  const more = ['<mask> ', ' </think>', 'word ', '    return x\n', '\u2581', 'ΟΔΟΣ ', '[SEP]', '</s>', '**b** `c`'];

  it('says the same of texts of every script, white space, code and special tokens, when all are allowed', async () => {
    const random = randomNumbers(31);
    for (let i = 0; i < 100; i++) {
      const text = randomText(random) + more[Math.floor(random() * more.length)] + randomText(random);
      expect(await told(tokenizer, text, 'all'), JSON.stringify(text)).toEqual(await toldByLibrary(library, text));
    }
  });

  it('says the same of long texts, which it gets in one piece', async () => {
    const random = randomNumbers(37);
    let text = '';
    while (text.length < 90_000) text += `${randomText(random)} the cat sat on the mat${more[Math.floor(random() * 9)]}`;
    const own = await told(tokenizer, text, 'all');
    const expected = await toldByLibrary(library, text);
    // Compared as text: a difference in a hundred thousand tokens would take minutes to print.
    expect(own.ids.join() === expected.ids.join()).toBe(true);
    expect(own.places.join() === expected.places.join()).toBe(true);
  });

  it.each(['a', ' ', '\n', '天', 'a\u0301', 'ab,', ' x'])('says the same of %j, over and over', async (part) => {
    const text = part.repeat(70_000 / Buffer.byteLength(part));
    const own = await told(tokenizer, text, 'all');
    const expected = await toldByLibrary(library, text);
    expect(own.ids.join() === expected.ids.join()).toBe(true);
    expect(own.places.join() === expected.places.join()).toBe(true);
  });

  it('gives no token that is not allowed, whatever stands in the text', async () => {
    const random = randomNumbers(41);
    const { specialTokens, unflaggedTokens } = tokenizer.about;
    const all = [...specialTokens, ...unflaggedTokens];
    const texts = all.map(({ text }) => text);
    const pick = () => texts[Math.floor(random() * texts.length)];
    for (let i = 0; i < 40; i++) {
      const text = `${randomText(random)}${pick()}${randomText(random)} ${pick()}`;
      for (const allowed of [undefined, [], [pick()]]) {
        const found = allowed ?? unflaggedTokens.map((token) => token.text);
        const hidden = all.filter((token) => !found.includes(token.text) && !tokenizer.isUnknown(token.id));
        const { ids } = await told(tokenizer, text, allowed);
        expect(hidden.filter(({ id }) => ids.includes(id)), JSON.stringify({ text, allowed })).toEqual([]);
      }
    }
  });

  it('gives back every text, if it says so', async () => {
    if (!tokenizer.about.reversible) return;
    const random = randomNumbers(43);
    for (let i = 0; i < 60; i++) {
      const text = randomText(random) + more[Math.floor(random() * more.length)];
      for (const allowed of [undefined, [], 'all'] as const) {
        const { ids } = await told(tokenizer, text, allowed);
        expect(await tokenizer.decode(ids, false, 1e6)).toBe(text);
      }
    }
  });
});

it('only tokenizers that give back every text say so', async () => {
  const reversible: string[] = [];
  for (const [name, json] of Object.entries(likeModels)) {
    if ((await load(madeFile(json))).about.reversible) reversible.push(name);
  }
  // One whose mark swallows white space does not.
  expect(reversible).toEqual([
    'byte-level',
    'byte-level behind the pattern of Llama 3',
    'byte-level that trims its places',
  ]);
});

describe('added tokens', async () => {
  const think = '</think>';
  const tokenizer = await load(madeFile(withAdded('byte-level', [added(400, think), added(401, '  ')])));

  it('that are not special are found by default, as the library finds them', async () => {
    expect((await told(tokenizer, `a${think}`)).ids).toContain(400);
    expect((await told(tokenizer, 'a  b')).ids).toContain(401);
  });

  it('are all plain text when none is allowed', async () => {
    const { ids } = await told(tokenizer, `a${think}  <|end|>`, []);
    expect(ids).not.toContain(400);
    expect(ids).not.toContain(401);
    expect(ids).not.toContain(0);
  });

  it('keep their ids where only some are allowed', async () => {
    const { ids, places } = await told(tokenizer, 'a  <|end|>b', ['  ']);
    expect(ids).toContain(401);
    expect(places[ids.indexOf(401)]).toEqual([1, 3]);
    expect(ids).not.toContain(0);
  });

  it('that stand in the vocabulary of a word model are plain text, too', async () => {
    const json = wordLevel();
    json.added_tokens = [added(0, '[UNK]', { special: true }), added(1, '[SEP]', { special: true })];
    const words = await load(madeFile(json));
    expect((await told(words, 'the [SEP] cat', 'all')).ids).toEqual([2, 1, 3]);
    expect((await told(words, 'the [SEP] cat')).ids).toEqual([2, 0, 3]);
  });
});

it('padding and truncation that a file stores are not applied', async () => {
  const json = jsonOf('word-piece');
  const stored = {
    ...json,
    truncation: { direction: 'Right', max_length: 4, strategy: 'LongestFirst', stride: 0 },
    padding: { strategy: { Fixed: 9 }, direction: 'Right', pad_to_multiple_of: null, pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' },
  };
  const text = 'the cat sat on the mat';
  const own = await told(await load(madeFile(stored)), text);
  expect(own).toEqual(await told(await load(madeFile(json)), text));
  expect(own.ids.length).toBeGreaterThan(4);
});

it('what only the library finds wrong is said when the tokenizer is used', async () => {
  const file = madeFile({ ...jsonOf('byte-level'), model: { type: 'BPE', vocab: { a: 0 }, merges: ['a b'] } });
  await expect(load(file)).rejects.toThrow(/the tokenizer made cannot be used for this: Token `b` out of vocabulary/);
});

it('a file that is not the one of the start any more is not used', async () => {
  const file = madeFile(jsonOf('unigram'));
  await expect(load({ ...file, bytes: file.bytes + 1 })).rejects.toThrow(/its file has changed since the start/);
});

it('special tokens are decoded with the spaces that Hugging Face puts around them', async () => {
  const tokenizer = await load(fileAt(pathOf('word-piece')));
  const { before, after } = tokenizer.about;
  const { ids } = await told(tokenizer, 'the cat');
  expect(await tokenizer.decode([...before, ...ids, ...after], false, 1000)).toBe('[CLS] the cat [SEP]');
});

function withAdded(name: string, tokens: ReturnType<typeof added>[]) {
  const json = jsonOf(name);
  return { ...json, added_tokens: [...json.added_tokens, ...tokens] };
}

function wordLevel() {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [added(0, '[UNK]', { special: true })],
    normalizer: { type: 'NFC' },
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: { '[UNK]': 0, '[SEP]': 1, the: 2, cat: 3, sat: 4, on: 5, mat: 6 },
      unk_token: '[UNK]',
    },
  };
}
