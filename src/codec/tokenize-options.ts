/** What the routes that turn text into tokens and back take: their own fields, and those of vLLM and text-embeddings-inference. */
import { z } from 'zod';
import { pointerTo, RequestError } from '../errors.ts';
import { parseJson } from './json-text.ts';
import { listOf, option } from './option.ts';
import { readOptions } from './read-options.ts';
import type { CodecLimits } from './tensor-request.ts';

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
          .default(0)
          .describe('The most tokens that chunks share; less than size.'),
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
    name.nullish(),
    'the name of a tokenizer, as GET /tokenizers lists them',
    'Names the tokenizer as well.',
  ),
  tokenizer,
  add_special_tokens,
  allowed_special,
  return_token_strs: option(
    z.boolean().nullish(),
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
    name.nullish(),
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

export type TokenizeShape = 'own' | 'vllm' | 'tei';

/** A request for tokens, whatever its shape was; the shape decides that of the answer. */
export interface TokenizeRequest {
  shape: TokenizeShape;
  /** The field of the texts, and whether it holds a list. */
  field: 'text' | 'texts' | 'prompt' | 'inputs';
  texts: readonly string[];
  isList: boolean;
  tokenizer: Chosen;
  addSpecialTokens: boolean;
  /** Added tokens that texts may hold; undefined where the request does not say. */
  allowedSpecial: 'all' | readonly string[] | undefined;
  maxLength: number | undefined;
  truncation: 'left' | 'right';
  chunk: { size: number; overlap: number } | undefined;
  tokenStrings: boolean;
}

/** A tokenizer by name, with the field that named it; without a name it is the default. */
export interface Chosen {
  name: string | undefined;
  field: 'tokenizer' | 'model';
}

export interface DecodeRequest {
  shape: 'text' | 'prompt' | 'list';
  /** One list of ids for each text. */
  lists: readonly (readonly number[])[];
  /** The field of the ids, and whether it holds several lists. */
  field: 'ids' | 'tokens';
  isNested: boolean;
  skipSpecial: boolean;
  tokenizer: Chosen;
}

/** Reads the body of POST /tokenize. */
export function readTokenize(body: Uint8Array, limits: CodecLimits): TokenizeRequest {
  const members = readMembers(body, limits);
  const fields = (['text', 'texts', 'prompt', 'inputs'] as const).filter((field) => Object.hasOwn(members, field));
  if (fields.length > 1) {
    const detail = `${fields[0]} and ${fields[1]} are two ways of saying what the text is; send one`;
    throw new RequestError('conflicting_options', detail, { pointer: `/${fields[1]}` });
  }
  const [field] = fields;
  checkFields(members, field);
  const untruncated = { maxLength: undefined, truncation: 'right', chunk: undefined } as const;
  if (field === 'prompt') {
    const wire = readOptions(vllmOptions, members, {});
    return {
      shape: 'vllm',
      field,
      texts: [wire.prompt],
      isList: false,
      ...shared(wire),
      ...untruncated,
      tokenStrings: wire.return_token_strs ?? false,
    };
  }
  if (field === 'inputs') {
    const wire = readOptions(teiOptions, members, {});
    const isList = typeof wire.inputs !== 'string';
    const texts = typeof wire.inputs === 'string' ? [wire.inputs] : wire.inputs;
    return { shape: 'tei', field, texts, isList, ...shared(wire), ...untruncated, tokenStrings: false };
  }
  const isList = field === 'texts';
  const wire = isList ? readOptions(tokenizeTextsOptions, members, {}) : readOptions(tokenizeOptions, members, {});
  const { chunk } = wire;
  if (chunk !== undefined && chunk.overlap >= chunk.size) {
    const detail = `chunk.overlap is ${chunk.overlap}, but must be less than chunk.size, ${chunk.size}`;
    throw new RequestError('conflicting_options', detail, { pointer: '/chunk/overlap' });
  }
  return {
    shape: 'own',
    field: isList ? 'texts' : 'text',
    texts: 'texts' in wire ? wire.texts : [wire.text],
    isList,
    ...shared(wire),
    maxLength: wire.max_length,
    truncation: wire.truncation,
    chunk,
    tokenStrings: false,
  };
}

/** By the field that holds the text. */
const shapes = { text: tokenizeOptions, texts: tokenizeTextsOptions, prompt: vllmOptions, inputs: teiOptions } as const;

/** Fields of one shape beside the text of another are no slips of the pen. */
function checkFields(members: Record<string, unknown>, field: keyof typeof shapes = 'text'): void {
  for (const name of Object.keys(members)) {
    if (Object.hasOwn(shapes[field].shape, name)) continue;
    const others = Object.entries(shapes).filter(([, { shape }]) => Object.hasOwn(shape, name));
    if (others.length === 0) continue;
    const detail = `${name} goes with ${others.map(([other]) => other).join(' or ')}, not with ${field}`;
    throw new RequestError('unknown_field', detail, { pointer: pointerTo(name) });
  }
}

/** Reads the body of POST /detokenize. */
export function readDetokenize(body: Uint8Array, limits: CodecLimits): DecodeRequest {
  const members = readMembers(body, limits);
  const [hasIds, hasTokens] = [Object.hasOwn(members, 'ids'), Object.hasOwn(members, 'tokens')];
  if (hasIds && hasTokens) {
    throw new RequestError('conflicting_options', 'ids and tokens are the same; send one', { pointer: '/tokens' });
  }
  const asked = { isNested: false, skipSpecial: false };
  if (hasTokens) {
    const wire = readOptions(vllmDetokenizeOptions, members, {});
    return { shape: 'prompt', field: 'tokens', lists: [wire.tokens], tokenizer: chosen(wire), ...asked };
  }
  const wire = readOptions(detokenizeOptions, members, {});
  return { shape: 'text', field: 'ids', lists: [wire.ids], tokenizer: chosen(wire), ...asked };
}

/** Reads the body of POST /decode. */
export function readDecode(body: Uint8Array, limits: CodecLimits): DecodeRequest {
  const wire = readOptions(decodeOptions, readMembers(body, limits), {});
  const lists = isNested(wire.ids) ? wire.ids : [wire.ids];
  return {
    shape: 'list',
    field: 'ids',
    lists,
    isNested: isNested(wire.ids),
    skipSpecial: wire.skip_special_tokens,
    tokenizer: chosen(wire),
  };
}

function isNested(list: number[] | number[][]): list is number[][] {
  return Array.isArray(list[0]);
}

function readMembers(body: Uint8Array, limits: CodecLimits): Record<string, unknown> {
  const value = parseJson(body, limits);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError('not_an_object', 'The body must be a JSON object');
  }
  return { ...value };
}

function shared(wire: {
  tokenizer?: string;
  model?: string | null;
  add_special_tokens: boolean;
  allowed_special?: 'all' | string[];
}) {
  const { add_special_tokens: addSpecialTokens, allowed_special: allowedSpecial } = wire;
  return { tokenizer: chosen(wire), addSpecialTokens, allowedSpecial };
}

function chosen({ tokenizer, model }: { tokenizer?: string; model?: string | null }): Chosen {
  if (tokenizer === undefined && typeof model === 'string') return { name: model, field: 'model' };
  return { name: tokenizer, field: 'tokenizer' };
}
