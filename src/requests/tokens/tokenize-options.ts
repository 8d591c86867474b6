/** What the routes that turn text into tokens and back take: their own fields, and those of vLLM and text-embeddings-inference. */
import { z } from 'zod';
import { listOf, option } from '../../codec/option.ts';

const MAX_TEXTS = 10_000;
const MAX_NAME = 128;
const MAX_SPECIAL = 1024;
const MAX_INT32 = 2 ** 31 - 1;

const isText = (x: unknown): x is string => typeof x === 'string';
const isId = (x: unknown): x is number => typeof x === 'number' && Number.isInteger(x) && x >= 0 && x <= MAX_INT32;
const idList = { type: 'array', items: { type: 'integer', minimum: 0 } };

const textList = listOf(isText, { type: 'string' }, MAX_TEXTS);
const A_LIST_OF_IDS = 'a list of ids, which are integers of at least 0';
const ids = listOf(isId, { type: 'integer', minimum: 0 });
const name = z.string().min(1).max(MAX_NAME);

const tokenizer = option(
  name.optional(),
  'the name of a tokenizer, as GET /tokenizers lists them',
  'The tokenizer, as GET /tokenizers lists them; o200k_base when left out.',
);
const add_special_tokens = option(
  z.boolean().default(true),
  'true or false',
  'Whether the tokens that the tokenizer puts around a text are given, such as [CLS] and [SEP]; encodings of OpenAI have none.',
);
const allowed_special = option(
  z.union([z.literal('all'), listOf(isText, { type: 'string' }, MAX_SPECIAL)]).optional(),
  '"all", or a list of special or other added tokens of the tokenizer',
  'Added tokens that the text may hold as such; all others in it are plain text: [] allows none, "all" allows all. Left out, tokens that are special are plain text, and those of a file that it does not flag special are found, as Hugging Face finds them.',
);

/** What our own shapes of POST /tokenize share. */
const ownOptions = {
  tokenizer,
  add_special_tokens,
  allowed_special,
  max_length: option(
    z.int().min(1).max(MAX_INT32).optional(),
    'an integer of at least 1',
    'The most tokens of a text, with those around it; what is beyond is cut off, and the answer says truncated.',
  ),
  truncation: option(z.enum(['left', 'right']).default('right'), '"left" or "right"', 'On which side max_length cuts.'),
  chunk: option(
    z
      .strictObject({
        size: z.int().min(1).max(MAX_INT32).describe('The most tokens of a chunk.'),
        overlap: z
          .int()
          .min(0)
          .max(MAX_INT32)
          .nullish()
          .describe('The most tokens that chunks share, less than size; by default 0.'),
      })
      .optional(),
    'an object with size and overlap, overlap less than size',
    'Cuts the text into chunks of tokens, for retrieval; no character is cut.',
  ),
};

/** POST /tokenize in our own shape, with one text. */
export const tokenizeOptions = z.strictObject({
  text: option(z.string(), 'a string', 'The text.'),
  ...ownOptions,
});

/** POST /tokenize in our own shape, with several texts. */
export const tokenizeTextsOptions = z.strictObject({
  texts: option(textList, `a list of up to ${MAX_TEXTS} strings`, 'Several texts; the answer has a result for each.'),
  ...ownOptions,
});

/** POST /tokenize as clients of vLLM send it. */
export const vllmOptions = z.strictObject({
  prompt: option(z.string(), 'a string', 'The text, as clients of vLLM name it.'),
  model: option(
    name.optional(),
    'the name of a tokenizer, as GET /tokenizers lists them',
    'Names the tokenizer as well.',
  ),
  tokenizer,
  add_special_tokens,
  allowed_special,
  return_token_strs: option(
    z.boolean().optional(),
    'true or false',
    'Whether the texts of the tokens are given beside their ids.',
  ),
});

/** POST /tokenize as clients of text-embeddings-inference send it. */
export const teiOptions = z.strictObject({
  inputs: option(
    z.union([z.string(), textList]),
    `a string or a list of up to ${MAX_TEXTS} strings`,
    'The text or texts, as clients of text-embeddings-inference name them.',
  ),
  tokenizer,
  add_special_tokens,
  allowed_special,
  prompt_name: option(z.null().optional(), 'null or left out', 'Not offered: null.'),
});

const namedTokenizer = {
  model: option(
    name.optional(),
    'the name of a tokenizer, as GET /tokenizers lists them',
    'Names the tokenizer as well.',
  ),
  tokenizer,
};

export const detokenizeOptions = z.strictObject({
  ids: option(ids, A_LIST_OF_IDS, 'The tokens by their ids.'),
  ...namedTokenizer,
});

/** POST /detokenize as clients of vLLM send it. */
export const vllmDetokenizeOptions = z.strictObject({
  tokens: option(ids, A_LIST_OF_IDS, 'The tokens by their ids, as clients of vLLM name them.'),
  ...namedTokenizer,
});

export const decodeOptions = z.strictObject({
  ids: option(
    z.union([ids, listOf((x): x is number[] => Array.isArray(x) && x.every(isId), idList, MAX_TEXTS)]),
    `${A_LIST_OF_IDS}, or a list of up to ${MAX_TEXTS} such lists`,
    'The tokens of a text by their ids, or those of several texts.',
  ),
  skip_special_tokens: option(
    z.boolean().default(true),
    'true or false',
    'Whether special tokens are left out of the text.',
  ),
  tokenizer,
});
