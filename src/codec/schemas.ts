/** What bodies and answers look like, for the documentation. */
import { z } from 'zod';
import { answerScoresSchema, answerTensorSchema, rowNumbersSchema, rowScoresSchema } from './answer-schemas.ts';
import { attentionOptions, attentionTensors } from './attention-options.ts';
import { multiHeadOptions, multiHeadTensors } from './multi-head-options.ts';
import { asSent } from './nulls.ts';

export const attentionRequestSchema = asSent(z.strictObject({ ...attentionTensors, ...attentionOptions.shape })).meta({
  id: 'AttentionRequest',
  description: 'One scaled dot-product attention.',
});

export const multiHeadRequestSchema = asSent(z.strictObject({ ...multiHeadTensors, ...multiHeadOptions.shape })).meta({
  id: 'MultiHeadRequest',
  description: 'The whole of nn.MultiheadAttention.',
});

const named = {
  query_labels: z.array(z.string()).optional().describe('The names of the rows, as they were given.'),
  key_labels: z.array(z.string()).optional().describe('The names of the columns, as they were given.'),
  head_labels: z.array(z.string()).optional().describe('The names of the query heads, as they were given.'),
  focus: z
    .object({ text: z.string().describe('Its name, else its number.'), index: z.int() })
    .meta({ id: 'FocusedRow', description: 'The row that is looked at.' })
    .optional(),
};

const meta = z
  .object({
    kernel: z.string().describe('Which kernel computed it: native, wasm or reference.'),
    scale: z.number().describe('The factor of query·key that was used.'),
    shape: z.array(z.int()).length(4).describe('[batch, query heads, query length, value dim].'),
  })
  .meta({ id: 'AttentionMeta', description: 'How it was computed.' });

const means = {
  entropy: rowNumbersSchema.describe('Entropy of the weights of each row, in nats.'),
  max_weight: rowNumbersSchema.describe('The largest weight of each row.'),
  effective_keys: rowNumbersSchema.describe('exp(entropy): over how many keys the attention spreads.'),
  mean_distance: rowNumbersSchema.describe('The mean of |query position − key position| under the weights.'),
};
const statsSchema = z
  .object({
    ...means,
    max_key: rowNumbersSchema.describe('Which key has it; −1 for a row that sees nothing.'),
    per_head: z
      .object(means)
      .meta({ id: 'HeadStatistics', description: 'Means over the rows of each head, of all but max_key.' }),
  })
  .meta({ id: 'RowStatistics', description: 'Statistics of the rows, when outputs has stats.' });

export const attentionAnswerSchema = z
  .object({
    output: answerTensorSchema.describe('softmax(scale·QKᵀ + bias) V, in the rank of query.'),
    weights: answerTensorSchema.optional().describe('The attention weights, [B, H, Lq, Lk] in the rank of query.'),
    lse: rowScoresSchema.optional().describe('ln Σ exp(score) of each row.'),
    scores: answerScoresSchema.optional().describe('scale·QKᵀ, before softcap, masks and biases.'),
    masked_scores: answerScoresSchema.optional().describe('What the softmax reads.'),
    stats: statsSchema.optional(),
    present_key: answerTensorSchema.optional().describe('The keys with the past before them.'),
    present_value: answerTensorSchema.optional().describe('The values with the past before them.'),
    ...named,
    meta,
  })
  .meta({ id: 'AttentionAnswer', description: 'The output, and what else was asked for.' });

export const multiHeadAnswerSchema = z
  .object({
    output: answerTensorSchema.describe('[B, L, embed_dim] or [L, embed_dim].'),
    weights: answerTensorSchema
      .optional()
      .describe('[B, L, S], averaged over the heads; [B, num_heads, L, S] with average_attn_weights false.'),
    ...named,
    key_labels: z
      .array(z.string())
      .optional()
      .describe('The names of the columns, as they were given; keys that were added are called bias_k and 0.'),
    meta,
  })
  .meta({ id: 'MultiHeadAnswer', description: 'The output, and the weights unless need_weights is false.' });
