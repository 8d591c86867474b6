/**
 * POST /attention: its tensors and options, in PyTorch's and ONNX's names. This is the home of an option: its schema, its
 * types, its documentation, its default and its names come from here.
 */
import { z } from 'zod';
import { commonOptions, maskType } from './common-options.ts';
import type { InnerNames } from './inner-names.ts';
import { labelOptions } from './label-options.ts';
import { listOf, option } from './option.ts';
import { fieldsOf, optionalLogits, optionalPaddedMask, optionalRows, rows } from './tensor-schemas.ts';

export const attentionTensors = {
  query: rows('The queries: [L, d], [H, L, d] or [B, H, L, d]; a single vector [d] is welcome.'),
  key: rows('The keys, of the same rank and head_dim; query may have a multiple of their heads.'),
  value: rows('The values, one for each key; their last dimension is that of the output.'),
  past_key: optionalRows('Keys of earlier calls, put before key; goes with past_value.'),
  past_value: optionalRows('Values of earlier calls, put before value; goes with past_key.'),
  attn_mask: optionalPaddedMask(
    'Broadcast to [B, H, Lq, Lk]. Boolean: true = may attend, as in scaled_dot_product_attention.',
  ),
  sinks: optionalLogits(
    'A logit with no value that takes part in the softmax of each row: one number, or one for each query head (GPT-OSS, StreamingLLM). "-Infinity" is no sink.',
  ),
};
export const attentionTensorFields = fieldsOf(attentionTensors);

const MAX_INT32 = 2 ** 31 - 1;
const MAX_FLOAT32 = 3.4028234663852886e38;

const isInteger = (x: unknown): x is number => typeof x === 'number' && Number.isInteger(x) && Math.abs(x) <= MAX_INT32;
const isLength = (x: unknown): x is number => isInteger(x) && x >= 0;
const isNumber = (x: unknown): x is number => typeof x === 'number' && Math.abs(x) <= MAX_FLOAT32;

const int32 = z.int().min(-MAX_INT32).max(MAX_INT32);
const lengths = listOf(isLength, { type: 'integer', minimum: 0 });
const integers = listOf(isInteger, { type: 'integer' });
const integerLists = listOf((x): x is number[] => Array.isArray(x) && x.every(isInteger), {
  type: 'array',
  items: { type: 'integer' },
});
const positions = z.union([integers, integerLists]);
const slopes = z.union([
  listOf(isNumber, { type: 'number' }),
  listOf((x): x is number[] => Array.isArray(x) && x.every(isNumber), { type: 'array', items: { type: 'number' } }),
]);

/** Tensors that can be asked for beside the output. */
const OUTPUT_NAMES = ['weights', 'lse', 'scores', 'masked_scores', 'stats', 'present'] as const;
const MAX_OUTPUTS = 64;
export type OutputName = (typeof OUTPUT_NAMES)[number];
const isOutputName = (x: unknown): x is OutputName => OUTPUT_NAMES.some((name) => name === x);

/** −1 is how flash-attention and ONNX write an open side. */
const oneSide = z.int().min(-1).max(MAX_INT32).nullish();

const window = z
  .strictObject({
    left: oneSide.describe('How many keys before the position of the query are visible; −1, null or absent: all.'),
    right: oneSide.describe('How many keys after the position of the query are visible; −1, null or absent: all.'),
  })
  .meta({ id: 'SlidingWindow' });

const rotary = z
  .strictObject({
    base: z.number().positive().max(MAX_FLOAT32).describe('The base of the frequencies, 10000 in most models.'),
    dim: z.int().min(2).max(MAX_INT32).multipleOf(2).describe('How many numbers of each head turn.'),
    interleaved: z
      .boolean()
      .nullish()
      .describe(
        'true: pairs (0,1), (2,3) … as in GPT-J; false, null or absent: pairs (i, i + dim/2) as in GPT-NeoX and Llama.',
      ),
    positions: z
      .union([positions, z.strictObject({ query: positions, key: positions })])
      .nullish()
      .describe('The position of each query and new key: one list, one a batch entry, or {query, key} of those.'),
  })
  .meta({ id: 'Rotary' });

export const attentionOptions = z.strictObject({
  is_causal: option(
    z.union([z.boolean(), z.literal('lower_right')]).default(false),
    'true, false or "lower_right"',
    'true: query i sees key j when j ≤ i + query_offset. "lower_right": the last query sees the last valid key.',
  ),
  query_offset: option(
    z.union([int32, integers]).optional(),
    'an integer, or a list of one for each batch entry',
    'Query i stands at key position i + query_offset. By default the length of past_key, else 0.',
  ),
  scale: option(
    z.number().min(-MAX_FLOAT32).max(MAX_FLOAT32).optional(),
    'a number that is finite in float32',
    'Factor of query·key; by default 1/√head_dim.',
  ),
  softcap: option(
    z.number().min(0).max(MAX_FLOAT32).default(0),
    'a finite number of at least 0',
    'scores → softcap·tanh(scores/softcap), before masks and biases; 0 = none.',
  ),
  window: option(
    window.optional(),
    'an object with left and right, each an integer of at least 0, or −1 or null where it is open',
    'Sliding window: query at position p sees keys p − left to p + right.',
  ),
  attn_mask_type: maskType('attn_mask'),
  alibi_slopes: option(
    slopes.optional(),
    'a list of finite numbers, one for each query head, or one such list for each batch entry',
    'ALiBi: −slope·|distance| is added to the scores; one slope for each query head, [H], or for each of each batch entry, [B, H].',
  ),
  key_lengths: option(
    lengths.optional(),
    'a list of integers of at least 0, one for each batch entry',
    'Keys from here on are padding, which is never read and may hold anything; past keys count.',
  ),
  query_lengths: option(
    lengths.optional(),
    'a list of integers of at least 0, one for each batch entry',
    'Query rows from here on are padding, which is never read and may hold anything; their output is 0.',
  ),
  rotary: option(
    rotary.optional(),
    'an object with base > 0, an even dim of at least 2, and optionally interleaved (true or false) and positions (integers)',
    'Rotary position embedding of query and key before the scores.',
  ),
  outputs: option(
    listOf(isOutputName, { type: 'string', enum: OUTPUT_NAMES }, MAX_OUTPUTS).default([]),
    `a list of at most ${MAX_OUTPUTS} of ${OUTPUT_NAMES.join(', ')}`,
    'What to answer beside the output: weights; lse (log-sum-exp of each row); scores (scale·QKᵀ); masked_scores (what the softmax reads); stats; present (keys and values with the past before them).',
  ),
  enable_gqa: option(
    z.boolean().optional(),
    'true or false',
    "PyTorch's word: query may have a multiple of the heads of key. It always may here; false insists on as many.",
  ),
  need_weights: option(z.boolean().default(false), 'true or false', "PyTorch's word for outputs: weights."),
  ...labelOptions,
  ...commonOptions,
});

/** The options in our names: those of the wire in camelCase. Validated one by one, not yet together. */
export type AttentionOptions = InnerNames<z.output<typeof attentionOptions>>;

/** Options of a number for each batch entry or head: a binary body may hold them as tensors. */
export const attentionOptionTensors: ReadonlySet<string> = new Set<keyof typeof attentionOptions.shape>([
  'key_lengths',
  'query_lengths',
  'query_offset',
  'alibi_slopes',
]);
