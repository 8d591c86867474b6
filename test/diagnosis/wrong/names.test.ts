import { describe, expect, it } from 'vitest';
import { attend } from './attend.ts';
import { drawn, drawnMultiHead } from './drawn.ts';
import { attendMultiHead } from './multi-head.ts';
import { multiHeadNames } from './names/multi-head.ts';
import { attentionNames } from './names/names.ts';
import { relativeDifference } from './nested.ts';

/** As issue 16 lists them. */
const NAMES = [
  ...['scale_missing', 'scale_of_value_dim', 'scale_without_root', 'scale_twice', 'scale_base_two'],
  ...['softcap_missing', 'softcap_after_mask', 'softcap_before_scale'],
  ...['causal_missing', 'causal_added', 'causal_upper_left', 'causal_lower_right', 'causal_strict', 'causal_one_ahead'],
  ...['mask_missing', 'mask_inverted', 'mask_added_as_numbers', 'mask_transposed', 'mask_finite', 'mask_after_softmax'],
  ...['padding_missing', 'padding_inverted', 'padding_left'],
  ...['window_missing', 'window_one_less', 'window_one_more', 'window_one_sided'],
  ...['alibi_missing', 'alibi_sign', 'alibi_reversed', 'alibi_other_heads', 'alibi_before_scale'],
  ...['rotary_missing', 'rotary_pairs', 'rotary_halves', 'rotary_base_10000', 'rotary_base_500000'],
  ...['rotary_base_1000000', 'rotary_positions_from_one', 'rotary_restarts_after_cache', 'rotary_query_only'],
  ...['rotary_key_only', 'rotary_backwards'],
  ...['heads_layout_query', 'heads_layout_key', 'heads_layout_value', 'heads_layout_output', 'heads_layout_all'],
  ...['heads_tiled', 'heads_reversed', 'heads_merged_untransposed', 'heads_averaged'],
  ...['roles_key_value', 'roles_query_key', 'softmax_over_queries'],
  ...['sum_missing', 'sum_twice', 'sum_sink', 'dropout_scale'],
  ...['keys_dropped_16', 'keys_dropped_32', 'keys_dropped_64', 'keys_dropped_128'],
  ...['blocks_not_rescaled', 'masked_rows_mean'],
  ...['scores_float16', 'scores_bfloat16', 'weights_float16', 'weights_bfloat16'],
  ...['accumulator_float16', 'accumulator_bfloat16'],
  ...['projection_order', 'projection_transposed', 'projection_bias_missing', 'projection_bias_twice'],
  ...['output_projection_missing', 'output_projection_transposed'],
];

const SEEDS = [1, 2, 3, 4, 5];

describe('the names of causes', () => {
  it('all have code that makes their numbers', () => {
    const made = new Set([...attentionNames, ...multiHeadNames].map(({ name }) => name));
    expect([...made].sort()).toEqual([...NAMES].sort());
  });

  it.each(attentionNames)('$name changes the answer on its problems', (one) => {
    for (const seed of SEEDS) {
      const { fields, expected } = drawn(one, seed);
      expect(relativeDifference(expected, attend(fields).output)).toBeGreaterThan(one.isRounding ? 5e-6 : 1e-4);
    }
  });

  it.each(multiHeadNames)('$name changes the answer of multi-head on its problems', (one) => {
    for (const seed of SEEDS) {
      const { fields, expected } = drawnMultiHead(one, seed);
      expect(relativeDifference(expected, attendMultiHead(fields).output)).toBeGreaterThan(1e-4);
    }
  });

  it('draw the same from the same seed', () => {
    const [one] = attentionNames;
    expect(drawn(one, 7)).toEqual(drawn(one, 7));
    expect(drawn(one, 7).fields).not.toEqual(drawn(one, 8).fields);
  });
});
