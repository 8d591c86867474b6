/** The options of the attention routes as they stand on the wire, in PyTorch's and ONNX's names. */
import { z } from 'zod';
import { pointerTo, RequestError } from '../errors.ts';
import { expectationOf, listOf, option } from './option.ts';
import type { TensorFields } from './tensor-request.ts';
import { unknownField } from './unknown-field.ts';

/** The tensors of POST /attention. */
export const attentionTensorFields = {
  query: 'numbers',
  key: 'numbers',
  value: 'numbers',
  past_key: 'numbers',
  past_value: 'numbers',
  attn_mask: 'mask',
} as const satisfies TensorFields;

/** The tensors of POST /attention/multi-head. */
export const multiHeadTensorFields = {
  query: 'numbers',
  key: 'numbers',
  value: 'numbers',
  in_proj_weight: 'numbers',
  q_proj_weight: 'numbers',
  k_proj_weight: 'numbers',
  v_proj_weight: 'numbers',
  in_proj_bias: 'numbers',
  out_proj_weight: 'numbers',
  out_proj_bias: 'numbers',
  bias_k: 'numbers',
  bias_v: 'numbers',
  attn_mask: 'mask',
  key_padding_mask: 'mask',
} as const satisfies TensorFields;

const MAX_INT32 = 2 ** 31 - 1;
const MAX_FLOAT32 = 3.4028234663852886e38;

const isInteger = (x: unknown): x is number => typeof x === 'number' && Number.isInteger(x) && Math.abs(x) <= MAX_INT32;
const isLength = (x: unknown): x is number => isInteger(x) && x >= 0;
const isNumber = (x: unknown): x is number => typeof x === 'number' && Math.abs(x) <= MAX_FLOAT32;

const int32 = z.int().min(-MAX_INT32).max(MAX_INT32);
const count = z.int().min(1).max(MAX_INT32);
const lengths = listOf(isLength, { type: 'integer', minimum: 0 });
const integers = listOf(isInteger, { type: 'integer' });
const integerLists = listOf((x): x is number[] => Array.isArray(x) && x.every(isInteger), {
  type: 'array',
  items: { type: 'integer' },
});
const positions = z.union([integers, integerLists]);

/** Tensors that can be asked for beside the output. */
export const OUTPUT_NAMES = ['weights', 'lse', 'scores', 'masked_scores', 'stats', 'present'] as const;
const MAX_OUTPUTS = 64;
const isOutputName = (x: unknown): x is (typeof OUTPUT_NAMES)[number] => OUTPUT_NAMES.some((name) => name === x);

const oneSide = z.int().min(0).max(MAX_INT32).nullable().optional();

const window = z.strictObject({
  left: oneSide.describe('How many keys before the position of the query are visible; null or absent: all.'),
  right: oneSide.describe('How many keys after the position of the query are visible; null or absent: all.'),
});

const rotary = z.strictObject({
  base: z.number().positive().max(MAX_FLOAT32).describe('The base of the frequencies, 10000 in most models.'),
  dim: z.int().min(2).max(MAX_INT32).multipleOf(2).describe('How many numbers of each head turn.'),
  interleaved: z
    .boolean()
    .default(false)
    .describe('true: pairs (0,1), (2,3) … as in GPT-J; false: pairs (i, i + dim/2) as in GPT-NeoX and Llama.'),
  positions: z
    .union([positions, z.strictObject({ query: positions, key: positions })])
    .optional()
    .describe('The position of each query and new key: one list, one a batch entry, or {query, key} of those.'),
});

const precision = option(
  z.enum(['float32', 'float64']).default('float32'),
  '"float32" or "float64"',
  'The precision of the computation. float64 runs the plain reference, much slower.',
);
const tensorFormat = option(
  z.enum(['nested', 'flat', 'base64']).optional(),
  '"nested", "flat" or "base64"',
  'How tensors stand in a JSON answer; by default as query came.',
);
const dropout = option(z.literal(0).optional(), '0', 'Only 0: the service computes exact attention, without dropout.');

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
    'an object with left and right, each an integer of at least 0 or null',
    'Sliding window: query at position p sees keys p − left to p + right.',
  ),
  alibi_slopes: option(
    listOf(isNumber, { type: 'number' }).optional(),
    'a list of finite numbers, one for each query head',
    'ALiBi: −slope·|distance| is added to the scores; one slope for each query head.',
  ),
  key_lengths: option(
    lengths.optional(),
    'a list of integers of at least 0, one for each batch entry',
    'Keys from here on are padding; past keys count.',
  ),
  query_lengths: option(
    lengths.optional(),
    'a list of integers of at least 0, one for each batch entry',
    'Query rows from here on are padding; their output is 0.',
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
  need_weights: option(z.boolean().default(false), 'true or false', "PyTorch's word for outputs: weights."),
  dropout_p: dropout,
  dropout,
  precision,
  tensor_format: tensorFormat,
});
export type AttentionRequestOptions = z.output<typeof attentionOptions>;

const width = z.int().min(1).max(MAX_INT32).nullable().optional();
const flag = z.boolean().optional();

export const multiHeadOptions = z.strictObject({
  num_heads: option(count, 'an integer of at least 1', 'The number of query heads; it divides embed_dim.'),
  num_kv_heads: option(
    count.optional(),
    'an integer of at least 1',
    'The number of key and value heads (grouped-query attention); by default num_heads.',
  ),
  is_causal: option(z.boolean().default(false), 'true or false', 'Query i sees key j only when j ≤ i.'),
  need_weights: option(z.boolean().default(true), 'true or false', 'Answer the attention weights too.'),
  average_attn_weights: option(z.boolean().default(true), 'true or false', 'Average the weights over the heads.'),
  add_zero_attn: option(z.boolean().default(false), 'true or false', 'Add a key and value of zeros at the end.'),
  embed_dim: option(
    width,
    'an integer of at least 1 or null',
    "As in PyTorch's constructor; it must fit the tensors, which tell it too.",
  ),
  kdim: option(width, 'an integer of at least 1 or null', 'The width of key; it must fit the tensors.'),
  vdim: option(width, 'an integer of at least 1 or null', 'The width of value; it must fit the tensors.'),
  bias: option(
    flag,
    'true or false',
    'Whether in_proj_bias and out_proj_bias are there; it must be true of the tensors.',
  ),
  add_bias_kv: option(flag, 'true or false', 'Whether bias_k and bias_v are there; it must be true of the tensors.'),
  batch_first: option(
    z.literal(true).optional(),
    'true or left out: tensors are [batch, length, width]',
    'Only true: tensors are [batch, length, width], or [length, width] without a batch.',
  ),
  dropout_p: dropout,
  dropout,
  precision,
  tensor_format: tensorFormat,
});
export type MultiHeadRequestOptions = z.output<typeof multiHeadOptions>;

/**
 * The options of a request as their schema understands them.
 * @throws RequestError for the first option that is unknown or wrong
 */
export function readOptions<S extends z.ZodObject>(
  schema: S,
  options: Record<string, unknown>,
  tensorFields: TensorFields,
): z.output<S> {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(schema.shape, name)) {
      throw unknownField(name, [...Object.keys(schema.shape), ...Object.keys(tensorFields)]);
    }
  }
  const read = schema.safeParse(options);
  if (read.success) return read.data;
  const issue = deepest(read.error.issues[0]);
  const name = String(issue.path[0]);
  const expects = expectationOf(schema.shape[name]);
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  if (issue.code === 'unrecognized_keys') {
    throw new RequestError('unknown_field', `${name} must be ${expects}`, {
      pointer: pointerTo(...path, issue.keys[0]),
    });
  }
  const pointer = pointerTo(...path);
  if (name.startsWith('dropout') && typeof options[name] === 'number') {
    const detail = `${name} must be 0 or left out: the service computes exact attention, the same each time`;
    throw new RequestError('dropout_unsupported', detail, { pointer });
  }
  if (!Object.hasOwn(options, name)) {
    throw new RequestError('missing_field', `${name} is missing: it must be ${expects}`, { pointer });
  }
  throw new RequestError('invalid_option', `${name} must be ${expects}`, { pointer });
}

/** Of an issue with several ways to be right, the way that came furthest tells the most. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  let best: z.core.$ZodIssue = issue;
  for (const [first] of issue.errors) {
    if (first === undefined) continue;
    const inner = deepest({ ...first, path: [...issue.path, ...first.path] });
    if (inner.path.length > best.path.length) best = inner;
  }
  return best;
}
