/** POST /attention/multi-head: its tensors and options, with the names and meaning that torch.nn.MultiheadAttention gives them. */
import { z } from 'zod';
import { commonOptions, maskType } from './common-options.ts';
import type { InnerNames } from './inner-names.ts';
import { labelOptions } from './label-options.ts';
import { option } from './option.ts';
import { fieldsOf, numbers, optionalMask, optionalNumbers } from './tensor-schemas.ts';

export const multiHeadTensors = {
  query: numbers('[B, L, embed_dim] or [L, embed_dim].'),
  key: numbers('[B, S, kdim] or [S, kdim].'),
  value: numbers('[B, S, vdim] or [S, vdim].'),
  in_proj_weight: optionalNumbers('The projections of query, key and value, stacked by rows.'),
  q_proj_weight: optionalNumbers('With k_proj_weight and v_proj_weight in place of in_proj_weight.'),
  k_proj_weight: optionalNumbers('[width of the key heads together, kdim].'),
  v_proj_weight: optionalNumbers('[width of the value heads together, vdim].'),
  in_proj_bias: optionalNumbers('The biases of the projections of query, key and value, joined.'),
  out_proj_weight: numbers('[embed_dim, embed_dim].'),
  out_proj_bias: optionalNumbers('[embed_dim].'),
  bias_k: optionalNumbers('A key that is added at the end of each sequence; goes with bias_v.'),
  bias_v: optionalNumbers('A value that is added at the end of each sequence; goes with bias_k.'),
  attn_mask: optionalMask(
    '[L, S], [B·num_heads, L, S], [B, num_heads, L, S] or [B, 1, L, S]. Boolean: true = may NOT attend, as in nn.MultiheadAttention.',
  ),
  key_padding_mask: optionalMask('[B, S] or [S]. Boolean: true = ignore this key.'),
};
export const multiHeadTensorFields = fieldsOf(multiHeadTensors);

const MAX_INT32 = 2 ** 31 - 1;
const count = z.int().min(1).max(MAX_INT32);
const width = z.int().min(1).max(MAX_INT32).optional();
const flag = z.boolean().optional();

export const multiHeadOptions = z.strictObject({
  num_heads: option(count, 'an integer of at least 1', 'The number of query heads; it divides embed_dim.'),
  num_kv_heads: option(
    count.optional(),
    'an integer of at least 1',
    'The number of key and value heads (grouped-query attention); by default num_heads.',
  ),
  is_causal: option(z.boolean().default(false), 'true or false', 'Query i sees key j only when j ≤ i.'),
  attn_mask_type: maskType('attn_mask'),
  key_padding_mask_type: maskType('key_padding_mask'),
  need_weights: option(z.boolean().default(true), 'true or false', 'Answer the attention weights too.'),
  average_attn_weights: option(z.boolean().default(true), 'true or false', 'Average the weights over the heads.'),
  add_zero_attn: option(z.boolean().default(false), 'true or false', 'Add a key and value of zeros at the end.'),
  embed_dim: option(
    width,
    'an integer of at least 1',
    "As in PyTorch's constructor; it must fit the tensors, which tell it too.",
  ),
  kdim: option(width, 'an integer of at least 1', 'The width of key; it must fit the tensors.'),
  vdim: option(width, 'an integer of at least 1', 'The width of value; it must fit the tensors.'),
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
  ...labelOptions,
  ...commonOptions,
});

/** The options in our names: those of the wire in camelCase. */
export type MultiHeadOptions = InnerNames<z.output<typeof multiHeadOptions>>;
