/** What bodies and answers look like, for the documentation: the readers in this room check them faster than zod can. */
import { z } from 'zod';
import {
  attentionOptions,
  type attentionTensorFields,
  multiHeadOptions,
  type multiHeadTensorFields,
} from './options.ts';

const MINUS_INFINITY = z.literal('-Infinity');

function nested<T extends z.ZodType>(leaf: T) {
  const rank1 = z.array(leaf).min(1);
  const rank2 = z.array(rank1).min(1);
  const rank3 = z.array(rank2).min(1);
  return z.union([rank1, rank2, rank3, z.array(rank3).min(1)]);
}

const shape = z
  .array(z.int().min(1))
  .min(1)
  .max(4)
  .describe('The dimensions; their product is the number of elements.');
const base64 = z.string().describe('Base64 (RFC 4648) of the elements in row-major order, little-endian.');
const floatDtype = z
  .enum(['float32', 'float64', 'float16', 'bfloat16', 'F32', 'F64', 'F16', 'BF16'])
  .default('float32')
  .describe('How base64 is to be read; numbers in a list are read in the precision of the request.');

/** A tensor of numbers in a request. */
export const tensorSchema = z
  .union([
    nested(z.number()),
    z.strictObject({ shape, dtype: floatDtype.optional(), data: z.union([z.array(z.number()), base64]) }),
  ])
  .meta({
    id: 'Tensor',
    description:
      'Nested arrays of rank 1 to 4, row by row; or shape and data, with data as a flat list in row-major order or as base64. All numbers are finite.',
  });

/** A tensor that masks: boolean, or added to the scores. */
export const maskSchema = z
  .union([
    nested(z.boolean()),
    nested(z.union([z.number(), MINUS_INFINITY])),
    z.strictObject({
      shape,
      dtype: z.enum([...floatDtype.unwrap().options, 'bool', 'BOOL']).optional(),
      data: z.union([z.array(z.boolean()), z.array(z.union([z.number(), MINUS_INFINITY])), base64]),
    }),
  ])
  .meta({
    id: 'MaskTensor',
    description: 'A tensor of booleans, or of numbers that are added to the scores; "-Infinity" hides a key.',
  });

const answerNumber = z.union([z.number(), MINUS_INFINITY]);

/** A tensor of an answer. */
export const answerTensorSchema = z
  .union([
    answerNumber,
    nested(answerNumber),
    z.strictObject({
      shape,
      dtype: z.enum(['float32', 'float64']),
      data: z.union([z.array(answerNumber), base64]),
    }),
  ])
  .meta({
    id: 'AnswerTensor',
    description: 'In the form of query, unless tensor_format asks for another. −∞ is the text "-Infinity".',
  });

const QUERY = '[L, d], [H, L, d] or [B, H, L, d]; a single vector [d] is welcome';

export const attentionRequestSchema = z
  .strictObject({
    query: tensorSchema.describe(`The queries: ${QUERY}.`),
    key: tensorSchema.describe('The keys, of the same rank and head_dim; query may have a multiple of their heads.'),
    value: tensorSchema.describe('The values, one for each key; their last dimension is that of the output.'),
    past_key: tensorSchema.optional().describe('Keys of earlier calls, put before key; goes with past_value.'),
    past_value: tensorSchema.optional().describe('Values of earlier calls, put before value; goes with past_key.'),
    attn_mask: maskSchema
      .optional()
      .describe('Broadcast to [B, H, Lq, Lk]. Boolean: true = may attend, as in scaled_dot_product_attention.'),
    ...attentionOptions.shape,
  } satisfies Record<keyof typeof attentionTensorFields | keyof typeof attentionOptions.shape, z.ZodType>)
  .meta({ id: 'AttentionRequest', description: 'One scaled dot-product attention.' });

export const multiHeadRequestSchema = z
  .strictObject({
    query: tensorSchema.describe('[B, L, embed_dim] or [L, embed_dim].'),
    key: tensorSchema.describe('[B, S, kdim] or [S, kdim].'),
    value: tensorSchema.describe('[B, S, vdim] or [S, vdim].'),
    in_proj_weight: tensorSchema.optional().describe('The projections of query, key and value, stacked by rows.'),
    q_proj_weight: tensorSchema.optional().describe('With k_proj_weight and v_proj_weight in place of in_proj_weight.'),
    k_proj_weight: tensorSchema.optional().describe('[width of the key heads together, kdim].'),
    v_proj_weight: tensorSchema.optional().describe('[width of the value heads together, vdim].'),
    in_proj_bias: tensorSchema.optional().describe('The biases of the projections of query, key and value, joined.'),
    out_proj_weight: tensorSchema.describe('[embed_dim, embed_dim].'),
    out_proj_bias: tensorSchema.optional().describe('[embed_dim].'),
    bias_k: tensorSchema.optional().describe('A key that is added at the end of each sequence; goes with bias_v.'),
    bias_v: tensorSchema.optional().describe('A value that is added at the end of each sequence; goes with bias_k.'),
    attn_mask: maskSchema
      .optional()
      .describe('[L, S] or [B·num_heads, L, S]. Boolean: true = may NOT attend, as in nn.MultiheadAttention.'),
    key_padding_mask: maskSchema.optional().describe('[B, S] or [S]. Boolean: true = ignore this key.'),
    ...multiHeadOptions.shape,
  } satisfies Record<keyof typeof multiHeadTensorFields | keyof typeof multiHeadOptions.shape, z.ZodType>)
  .meta({ id: 'MultiHeadRequest', description: 'The whole of nn.MultiheadAttention.' });

const meta = z
  .object({
    kernel: z.string().describe('Which kernel computed it: native, wasm or reference.'),
    scale: z.number().describe('The factor of query·key that was used.'),
    shape: z.array(z.int()).length(4).describe('[batch, query heads, query length, value dim].'),
  })
  .describe('How it was computed.');

const statsSchema = z
  .object({
    entropy: answerTensorSchema.describe('Entropy of the weights of each row, in nats.'),
    max_weight: answerTensorSchema.describe('The largest weight of each row.'),
    max_key: answerTensorSchema.describe('Which key has it; −1 for a row that sees nothing.'),
    effective_keys: answerTensorSchema.describe('exp(entropy): over how many keys the attention spreads.'),
    mean_distance: answerTensorSchema.describe('The mean of |query position − key position| under the weights.'),
    per_head: z
      .record(z.string(), answerTensorSchema)
      .describe('Means over the rows of each head, of all but max_key.'),
  })
  .describe('Statistics of the rows, when outputs has stats.');

export const attentionAnswerSchema = z
  .object({
    output: answerTensorSchema.describe('softmax(scale·QKᵀ + bias) V, in the rank of query.'),
    weights: answerTensorSchema.optional().describe('The attention weights, [B, H, Lq, Lk] in the rank of query.'),
    lse: answerTensorSchema.optional().describe('ln Σ exp(score) of each row.'),
    scores: answerTensorSchema.optional().describe('scale·QKᵀ, before softcap, masks and biases.'),
    masked_scores: answerTensorSchema.optional().describe('What the softmax reads.'),
    stats: statsSchema.optional(),
    present_key: answerTensorSchema.optional().describe('The keys with the past before them.'),
    present_value: answerTensorSchema.optional().describe('The values with the past before them.'),
    meta,
  })
  .meta({ id: 'AttentionAnswer', description: 'The output, and what else was asked for.' });

export const multiHeadAnswerSchema = z
  .object({
    output: answerTensorSchema.describe('[B, L, embed_dim] or [L, embed_dim].'),
    weights: answerTensorSchema
      .optional()
      .describe('[B, L, S], averaged over the heads; [B, num_heads, L, S] with average_attn_weights false.'),
    meta,
  })
  .meta({ id: 'MultiHeadAnswer', description: 'The output, and the weights unless need_weights is false.' });
