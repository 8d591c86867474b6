/** Examples of the routes between text and tokens. */
import type { Example } from './example.ts';

const REQUEST_ID = '313e715e-880b-4646-af8e-b75370c27713';

/** A token of a text in which every character is one byte, unless `bytes` says where it stands. */
function token(id: number | null, text: string, start: number, bytes: [number, number] = [start, start + text.length]) {
  const [byteStart, byteEnd] = bytes;
  return {
    id,
    text,
    start,
    end: start + text.length,
    byte_start: byteStart,
    byte_end: byteEnd,
    special: false,
  };
}

const endOfText = (id: number) => ({ id, text: '<|endoftext|>' });

const encoding = (
  name: string,
  vocabulary_size: number,
  special_tokens: { id: number; text: string }[],
  aliases: string[] = [],
) => ({
  name,
  aliases,
  kind: 'BPE',
  vocabulary_size,
  reversible: true,
  special_tokens,
  unflagged_tokens: [],
  prefix: [],
  suffix: [],
  max_tokens: null,
});

export const tokenizersExample = {
  tokenizers: [
    {
      name: 'words',
      aliases: [],
      kind: 'words',
      vocabulary_size: null,
      reversible: false,
      special_tokens: [],
      unflagged_tokens: [],
      prefix: [],
      suffix: [],
      max_tokens: null,
    },
    encoding('o200k_base', 200019, [endOfText(199999), { id: 200018, text: '<|endofprompt|>' }]),
    encoding('cl100k_base', 100277, [
      endOfText(100257),
      { id: 100258, text: '<|fim_prefix|>' },
      { id: 100259, text: '<|fim_middle|>' },
      { id: 100260, text: '<|fim_suffix|>' },
      { id: 100276, text: '<|endofprompt|>' },
    ]),
    encoding('p50k_base', 50281, [endOfText(50256)]),
    encoding('r50k_base', 50257, [endOfText(50256)], ['gpt2']),
  ],
};

export const tokenizeExamples: readonly Example[] = [
  {
    name: 'places',
    summary: 'Tokens and where they stand; two of them hold half an emoji each',
    request: { text: 'Hi 👍🏽' },
    status: 200,
    answer: {
      tokenizer: 'o200k_base',
      count: 4,
      tokens: [
        token(12194, 'Hi', 0),
        token(160433, ' 👍', 2, [2, 7]),
        { ...token(52622, '🏽', 5, [7, 11]), partial: true },
        { ...token(121, '🏽', 5, [7, 11]), partial: true },
      ],
    },
  },
  {
    name: 'words',
    summary: 'Words as a reader sees them, several texts at once',
    request: { texts: ['The cat sat.', '你好世界'], tokenizer: 'words' },
    status: 200,
    answer: {
      tokenizer: 'words',
      results: [
        {
          count: 4,
          tokens: [token(null, 'The', 0), token(null, 'cat', 4), token(null, 'sat', 8), token(null, '.', 11)],
        },
        { count: 2, tokens: [token(null, '你好', 0, [0, 6]), token(null, '世界', 2, [6, 12])] },
      ],
    },
  },
  {
    name: 'chunks',
    summary: 'Chunks of at most three tokens that share one; the text is cut to five tokens first',
    request: {
      text: 'The cat sat on the mat',
      tokenizer: 'cl100k_base',
      max_length: 5,
      chunk: { size: 3, overlap: 1 },
    },
    status: 200,
    answer: {
      tokenizer: 'cl100k_base',
      count: 5,
      truncated: true,
      tokens: [
        token(791, 'The', 0),
        token(8415, ' cat', 3),
        token(7731, ' sat', 7),
        token(389, ' on', 11),
        token(279, ' the', 14),
      ],
      chunks: [
        { start: 0, end: 11, count: 3, text: 'The cat sat' },
        { start: 7, end: 18, count: 3, text: ' sat on the' },
      ],
    },
  },
  {
    name: 'special',
    summary: 'A special token counts as such only when it is allowed',
    request: { text: 'a<|endoftext|>', tokenizer: 'gpt2', allowed_special: ['<|endoftext|>'] },
    status: 200,
    answer: {
      tokenizer: 'r50k_base',
      count: 2,
      tokens: [token(64, 'a', 0), { ...token(50256, '<|endoftext|>', 1), special: true }],
    },
  },
  {
    name: 'vllm',
    summary: 'As clients of vLLM ask',
    request: { prompt: 'Hello world' },
    status: 200,
    answer: { count: 2, max_model_len: 4194304, tokens: [13225, 2375] },
  },
  {
    name: 'text_embeddings_inference',
    summary: 'As clients of text-embeddings-inference ask',
    request: { inputs: 'Hello world' },
    status: 200,
    answer: [
      [
        { id: 13225, text: 'Hello', special: false, start: 0, stop: 5 },
        { id: 2375, text: ' world', special: false, start: 5, stop: 11 },
      ],
    ],
  },
  {
    name: 'unknown_tokenizer',
    summary: 'A tokenizer that there is not is 422',
    request: { text: 'Hello', tokenizer: 'gpt-2' },
    status: 422,
    answer: {
      type: '/docs/errors#invalid_option',
      title: 'An option has a value that it cannot take.',
      status: 422,
      detail: 'tokenizer must be the name of a tokenizer: words, o200k_base, cl100k_base, p50k_base, r50k_base, gpt2',
      instance: REQUEST_ID,
      code: 'invalid_option',
      pointer: '/tokenizer',
    },
  },
];

export const detokenizeExamples: readonly Example[] = [
  {
    name: 'text',
    summary: 'Ids of the default tokenizer',
    request: { ids: [13225, 2375] },
    status: 200,
    answer: { text: 'Hello world' },
  },
  {
    name: 'vllm',
    summary: 'As clients of vLLM ask',
    request: { tokens: [15496, 995], model: 'gpt2' },
    status: 200,
    answer: { prompt: 'Hello world' },
  },
];

export const decodeExamples: readonly Example[] = [
  {
    name: 'two_texts',
    summary: 'The ids of two texts; special tokens are left out unless skip_special_tokens is false',
    request: { ids: [[13225, 199999], [2375]] },
    status: 200,
    answer: ['Hello', ' world'],
  },
];
