/** Examples of POST /attention/text. */
import type { Example } from './example.ts';

const token = (index: number, text: string, start: number, vector: 'table' | 'given' | 'dictionary' | 'none') => ({
  index,
  text,
  start,
  end: start + text.length,
  known: vector !== 'none',
  vector,
});

/** The only head of most examples. */
const semantic = (numbers: number, scale: number) => ({
  name: 'semantic',
  built_from: `constructed: q and k are the unit vectors of the words (${numbers} numbers), so the score is their cosine; a word of which nothing is known is looked at last`,
  head_dim: numbers,
  scale,
});

/** What an answer says of itself where nothing else was asked for, beside its shape. */
const meta = {
  kernel: 'wasm',
  preset: 'encoder',
  tokenizer: 'words',
  vectors: 'glove',
  positions: 'none',
  temperature: 0.1,
  is_causal: false,
  exclude_self: true,
};

export const textExamples: readonly Example[] = [
  {
    name: 'self_attention',
    summary: 'What "sat" looks at, step by step',
    request: { text: 'The cat sat on the mat', focus: 'sat', outputs: [] },
    status: 200,
    answer: {
      tokens: [
        token(0, 'The', 0, 'table'),
        token(1, 'cat', 4, 'table'),
        token(2, 'sat', 8, 'table'),
        token(3, 'on', 12, 'table'),
        token(4, 'the', 15, 'table'),
        token(5, 'mat', 19, 'table'),
      ],
      heads: [semantic(100, 10)],
      focus: {
        text: 'sat',
        index: 2,
        looks_at: [
          { index: 5, text: 'mat', weight: 0.6277149 },
          { index: 3, text: 'on', weight: 0.1760561 },
          { index: 1, text: 'cat', weight: 0.08700164 },
          { index: 0, text: 'The', weight: 0.05461367 },
          { index: 4, text: 'the', weight: 0.05461367 },
        ],
        heads: [
          {
            name: 'semantic',
            max: 3.267246,
            sum: 1.59308,
            looks_at: [
              { index: 5, text: 'mat', score: 0.3267246, scaled: 3.267246, weight: 0.6277149 },
              { index: 3, text: 'on', score: 0.1995963, scaled: 1.995963, weight: 0.1760561 },
              { index: 1, text: 'cat', score: 0.1291087, scaled: 1.291087, weight: 0.08700164 },
              { index: 0, text: 'The', score: 0.08254447, scaled: 0.8254447, weight: 0.05461367 },
              { index: 4, text: 'the', score: 0.08254447, scaled: 0.8254447, weight: 0.05461367 },
            ],
          },
        ],
      },
      meta: { ...meta, shape: [1, 6, 6] },
    },
  },
  {
    name: 'cross_attention',
    summary: 'Two languages, by the example table',
    request: {
      text: 'Hello world',
      context: 'Bonjour monde',
      vectors: 'bilingual-example',
      outputs: ['weights', 'stats'],
    },
    status: 200,
    answer: {
      tokens: [token(0, 'Hello', 0, 'table'), token(1, 'world', 6, 'table')],
      context_tokens: [token(0, 'Bonjour', 0, 'dictionary'), token(1, 'monde', 8, 'dictionary')],
      weights: [
        [0.9998081, 0.0001918667],
        [0.0001918667, 0.9998081],
      ],
      heads: [
        {
          ...semantic(100, 10),
          stats: {
            entropy: [0.001834004, 0.001834004],
            effective_keys: [1.001836, 1.001836],
            max_weight: [0.9998081, 0.9998081],
            max_key: [0, 1],
            mean_distance: [0.0001918668, 0.0001918668],
          },
        },
      ],
      stats: {
        entropy: [0.00183398, 0.00183398],
        effective_keys: [1.001836, 1.001836],
        max_weight: [0.9998081, 0.9998081],
        max_key: [0, 1],
        mean_distance: [0.0001918667, 0.0001918667],
      },
      meta: { ...meta, preset: 'cross', vectors: 'bilingual-example', exclude_self: false, shape: [1, 2, 2] },
    },
  },
  {
    name: 'code',
    summary: 'Causal, in code: a call looks at its function',
    request: { text: 'let f = x; f(x)', heads: ['syntax-code'], preset: 'decoder', outputs: [] },
    status: 200,
    answer: {
      tokens: [
        token(0, 'let', 0, 'table'),
        token(1, 'f', 4, 'none'),
        token(2, '=', 6, 'table'),
        token(3, 'x', 8, 'none'),
        token(4, ';', 9, 'table'),
        token(5, 'f', 11, 'none'),
        token(6, '(', 12, 'table'),
        token(7, 'x', 13, 'none'),
        token(8, ')', 14, 'table'),
      ],
      heads: [
        {
          name: 'syntax-code',
          built_from:
            'constructed: k is a code of the position and q the code of the position that a parser of JavaScript links the token to, so the score is 1 there and 0 elsewhere',
          head_dim: 9,
          scale: 10,
          links: [
            { token: 5, looks_at: 1, kind: 'call' },
            { token: 6, looks_at: 8, kind: 'bracket' },
            { token: 8, looks_at: 6, kind: 'bracket' },
          ],
        },
      ],
      meta: {
        ...meta,
        preset: 'decoder',
        tokenizer: 'code',
        language: 'javascript',
        is_causal: true,
        shape: [1, 9, 9],
      },
    },
  },
  {
    name: 'own_vectors',
    summary: 'Word vectors of your own',
    request: {
      text: 'red car',
      vectors: { red: [1, 0], car: [3, 4] },
      temperature: 1,
      exclude_self: false,
      outputs: ['weights'],
    },
    status: 200,
    answer: {
      tokens: [token(0, 'red', 0, 'given'), token(1, 'car', 4, 'given')],
      weights: [
        [0.5986877, 0.4013123],
        [0.4013123, 0.5986877],
      ],
      heads: [semantic(2, 1)],
      meta: { ...meta, vectors: 'given', temperature: 1, exclude_self: false, shape: [1, 2, 2] },
    },
  },
  {
    name: 'wrong_focus',
    summary: 'A focus that is no token of the text',
    request: { text: 'The cat sat', focus: 'dog' },
    status: 422,
    answer: {
      type: '/docs/errors#invalid_option',
      title: 'An option has a value that it cannot take.',
      status: 422,
      detail: 'focus must be a token of text, or its number',
      instance: '313e715e-880b-4646-af8e-b75370c27713',
      code: 'invalid_option',
      pointer: '/focus',
    },
  },
];
