import { changing, type Hypothesis, setting, type Variant, when } from './hypothesis.ts';

const DROPOUTS = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9];
const BLOCKS = [16, 32, 64, 128, 256, 8, 4, 2, 1];

function tile(size: number): Hypothesis {
  return {
    name: `keys_dropped_${size}`,
    sentence: `leaves out the keys beyond the last whole tile of ${size}`,
    advice: 'Handle the last, partial tile: mask what is beyond the end, and read the rest.',
    variants: ({ problem: { keyLength } }) => when(keyLength > size && keyLength % size !== 0, setting({ tile: size })),
  };
}

function unscaled(size: number): readonly Variant[] {
  return [setting({ blocks: { size, forgets: 'output' } }), setting({ blocks: { size, forgets: 'both' } })];
}

/** What the exponentials are divided by, and which of them are there. */
export const sumHypotheses: readonly Hypothesis[] = [
  {
    name: 'sum_missing',
    sentence: 'does not divide by the sum of the exponentials',
    advice: 'Divide each row by Σ e^(score − max).',
    variants: () => [setting({ sum: 'missing' }), setting({ sum: 'missing_and_unshifted' })],
  },
  {
    name: 'sum_twice',
    sentence: 'divides by the sum of the exponentials twice',
    advice: 'Divide once, either the weights or the output.',
    variants: () => [setting({ sum: 'twice' }), setting({ sum: 'twice_and_unshifted' })],
  },
  {
    name: 'sum_sink',
    sentence: 'has one more in the denominator of the softmax: an attention sink, or "softmax one"',
    advice: 'Leave out the sink, or ask for it with sinks.',
    variants: () => [setting({ sum: 'one_more' }, { sinks: 0 }), setting({ sum: 'one_more_shifted' })],
  },
  {
    name: 'dropout_scale',
    sentence: 'multiplies by 1/(1 − p), the factor of dropout, though nothing is dropped',
    advice: 'Set dropout_p to 0 outside of training: scaled_dot_product_attention does not look at model.eval().',
    variants: () => DROPOUTS.map((p) => changing(({ factor }) => ({ factor: factor / (1 - p) }))),
  },
  ...[16, 32, 64, 128].map(tile),
  {
    name: 'blocks_not_rescaled',
    sentence: 'does not rescale what it has summed when a later block of keys has a larger maximum',
    advice: 'Multiply output and sum by e^(old max − new max) before the next block is added.',
    variants: ({ problem: { keyLength } }) => BLOCKS.filter((size) => size < keyLength).flatMap(unscaled),
  },
  {
    name: 'masked_rows_mean',
    sentence: 'gives rows that see no key the mean of all values',
    advice: 'A row without a key has no weights: its output is 0 here, and NaN in some libraries.',
    variants: () => [setting({ emptyRow: 'mean' }), setting({ emptyRow: 'mean_of_seen' })],
  },
];
