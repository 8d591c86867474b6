/** The fields of POST /attention/text as they stand on the wire. */
import { z } from 'zod';
import { listOf, option } from '../../codec/option.ts';
import { LANGUAGES } from '../../text/code/language.ts';
import { HEAD_NAMES, type HeadName, POSITION_KINDS } from '../../text/heads/heads.ts';
import { TOKENIZER_NAMES } from '../../text/tokenizers.ts';

export const MAX_TEXT_LENGTH = 65_536;
/** Weights are a number for every two tokens; this many are four million of them a head. */
export const MAX_TOKENS = 2048;
const MAX_GIVEN_WORDS = 4096;
const MAX_GIVEN_DIMS = 2048;
/** Far beyond what vectors of words hold, and so small that no sum over them leaves float32. */
const MAX_GIVEN_NUMBER = 1e18;
const TEMPERATURE = { least: 1e-4, most: 1e6, standard: 0.1 } as const;

export const PRESETS = ['encoder', 'decoder', 'cross'] as const;
export const TEXT_OUTPUTS = ['weights', 'heads', 'stats', 'scores', 'masked_scores', 'output'] as const;
export type TextOutput = (typeof TEXT_OUTPUTS)[number];
export const VECTOR_TABLES = ['glove', 'bilingual-example'] as const;

const isHead = (x: unknown): x is HeadName => HEAD_NAMES.some((name) => name === x);
const isOutput = (x: unknown): x is TextOutput => TEXT_OUTPUTS.some((name) => name === x);
const isNumber = (x: unknown): x is number => typeof x === 'number' && Math.abs(x) <= MAX_GIVEN_NUMBER;
const isBetween = (x: number, least: number, most: number) => x >= least && x <= most;
const oneOf = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');

const text = z.string().min(1).max(MAX_TEXT_LENGTH);
const aText = `a text of 1 to ${MAX_TEXT_LENGTH} characters`;
const vector = listOf(isNumber, { type: 'number' }, MAX_GIVEN_DIMS);
const given = z.record(z.string(), vector).refine((words) => isBetween(Object.keys(words).length, 1, MAX_GIVEN_WORDS));

export const textOptions = z.strictObject({
  text: option(text, aText, 'The text whose tokens look.'),
  context: option(
    text.optional(),
    aText,
    'The text that is looked at (cross-attention). Without it the text looks at itself (self-attention).',
  ),
  focus: option(
    z.union([z.string().min(1).max(MAX_TEXT_LENGTH), z.int().min(0).max(MAX_TOKENS)]).optional(),
    'a word of the text, or the number of a token from 0',
    'A token whose attention is worked out step by step: a word (the first token that is it), or its number from 0.',
  ),
  tokenizer: option(
    z.enum(TOKENIZER_NAMES).optional(),
    `one of ${oneOf(TOKENIZER_NAMES)}`,
    'How texts are cut: words and punctuation of any human language, or the tokens of code. By default "code" for the head syntax-code and where a language is given, else "words".',
  ),
  language: option(
    z.enum(LANGUAGES).optional(),
    `one of ${oneOf(LANGUAGES)}`,
    'The language of code, for the head syntax-code and the tokenizer "code". By default the one that fits best; meta says which.',
  ),
  vectors: option(
    z.union([z.enum(VECTOR_TABLES), given]).default('glove'),
    `one of ${oneOf(VECTOR_TABLES)}, or an object of 1 to ${MAX_GIVEN_WORDS} words, each with a list of 1 to ${MAX_GIVEN_DIMS} finite numbers`,
    'Where word vectors come from: the table of the server; a small French-English example; or your own, {"word": [numbers]}, all of one width. Those of the table’s width stand beside it, and before it; others stand alone.',
  ),
  preset: option(
    z.enum(PRESETS).optional(),
    `one of ${oneOf(PRESETS)}`,
    'encoder: self-attention in both directions, as BERT. decoder: causal, as GPT. cross: text looks at context.',
  ),
  heads: option(
    listOf(isHead, { type: 'string', enum: HEAD_NAMES }, HEAD_NAMES.length)
      .refine((heads) => heads.length > 0 && new Set(heads).size === heads.length)
      .default(['semantic']),
    `a list of different names out of ${HEAD_NAMES.join(', ')}`,
    'Which heads look; all of them are constructed, none is learned.',
  ),
  is_causal: option(
    z.boolean().optional(),
    'true or false',
    'Tokens see only themselves and those before them; self-attention only. By default what preset says, else false.',
  ),
  temperature: option(
    z.number().min(TEMPERATURE.least).max(TEMPERATURE.most).default(TEMPERATURE.standard),
    `a number from ${TEMPERATURE.least} to ${TEMPERATURE.most}`,
    'weights = softmax(scores / temperature): small ones sharpen, large ones even out.',
  ),
  exclude_self: option(
    z.boolean().optional(),
    'true or false',
    'Whether tokens do not look at themselves. By default true in self-attention: each word is most like itself.',
  ),
  positions: option(
    z.enum(POSITION_KINDS).default('none'),
    `one of ${oneOf(POSITION_KINDS)}`,
    'How heads that read words (semantic, same-token) know positions too: not at all; by sinusoids beside the words; or by ALiBi. "alibi" makes the head position one of ALiBi.',
  ),
  outputs: option(
    listOf(isOutput, { type: 'string', enum: TEXT_OUTPUTS }, TEXT_OUTPUTS.length).default([
      'weights',
      'heads',
      'stats',
    ]),
    `a list of at most ${TEXT_OUTPUTS.length} of ${TEXT_OUTPUTS.join(', ')}`,
    'What to answer: weights (the mean over heads); of each head its weights (heads), scores (q·k / temperature), masked_scores (what the softmax reads) and output (the mean of the word vectors by weight); stats.',
  ),
  tensor_format: option(
    z.enum(['nested', 'flat', 'base64']).default('nested'),
    '"nested", "flat" or "base64"',
    'How tensors stand in the answer.',
  ),
});
export type TextRequest = z.output<typeof textOptions>;
