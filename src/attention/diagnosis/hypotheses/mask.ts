import type { Dump } from '../dump.ts';
import { type Hypothesis, setting, type Variant, when } from './hypothesis.ts';

const EMPTY_ROWS = ['zero', 'nan', 'mean', 'mean_of_seen'] as const;

const ownMasks = ({ problem, paddingMasks }: Dump) => problem.masks.slice(0, problem.masks.length - paddingMasks);
const isMasked = (dump: Dump) => ownMasks(dump).length > 0;
const isBoolean = (dump: Dump) => ownMasks(dump).some(({ kind }) => kind === 'boolean');
const hidesByPosition = ({ problem }: Dump) =>
  problem.causal || Math.min(problem.window.left, problem.window.right) < Number.POSITIVE_INFINITY || isPadded(problem);
const isPadded = ({ keyLengths, keyLength }: Dump['problem']) => keyLengths.some((length) => length < keyLength);

const FINITE = [
  { by: 'added', number: -1e4 },
  { by: 'added', number: -1e9 },
  { by: 'put', number: -1e4 },
  { by: 'put', number: -1e9 },
] as const;

function finite(positions: boolean): readonly Variant[] {
  return FINITE.map((one) => setting({ hiddenAs: { ...one, positions } }));
}

/** attn_mask: what its entries mean, and when they hide. */
export const maskHypotheses: readonly Hypothesis[] = [
  {
    name: 'mask_missing',
    sentence: 'does not apply attn_mask',
    advice: 'Add attn_mask to the scores before the softmax, or hide the keys where it is false.',
    variants: (dump) => when(isMasked(dump), setting({ masks: 'left_out' })),
  },
  {
    name: 'mask_inverted',
    sentence: 'reads attn_mask the other way around: true hides a key',
    advice:
      'In scaled_dot_product_attention true means "may attend"; nn.MultiheadAttention and many libraries mean "hide". Turn the mask around.',
    variants: (dump) => when(isMasked(dump), ...EMPTY_ROWS.map((emptyRow) => setting({ masks: 'inverted', emptyRow }))),
  },
  {
    name: 'mask_added_as_numbers',
    sentence: 'adds the boolean mask to the scores as the numbers 0 and 1',
    advice: 'Turn a boolean mask into 0 and −∞ before it is added.',
    variants: (dump) => when(isBoolean(dump), setting({ masks: 'numbers' })),
  },
  {
    name: 'mask_transposed',
    sentence: 'reads attn_mask with queries and keys exchanged',
    advice: 'The last axis of attn_mask is that of the keys: [.., Lq, Lk].',
    variants: (dump) => {
      const { queryLength, keyLength } = dump.problem;
      const isSquare = queryLength === keyLength && isMasked(dump);
      return when(isSquare, ...EMPTY_ROWS.map((emptyRow) => setting({ masks: 'transposed', emptyRow })));
    },
  },
  {
    name: 'mask_finite',
    sentence: 'hides keys by a large number in place of −∞, so that rows that see nothing see everything',
    advice: 'Use −∞ and give rows without a key 0, or never ask for such rows.',
    variants: (dump) => [...when(isMasked(dump), ...finite(false)), ...when(hidesByPosition(dump), ...finite(true))],
  },
  {
    name: 'mask_after_softmax',
    sentence: 'hides keys after the softmax, so that the weights of a row no longer sum to 1',
    advice: 'Mask the scores before the softmax.',
    variants: (dump) => [
      ...when(isMasked(dump), setting({ masks: 'after_softmax' })),
      ...when(hidesByPosition(dump), setting({ positionsAfterSoftmax: true })),
      ...when(
        isMasked(dump) && hidesByPosition(dump),
        setting({ masks: 'after_softmax', positionsAfterSoftmax: true }),
      ),
    ],
  },
];

const hasPadding = (dump: Dump) => dump.paddingMasks > 0 || isPadded(dump.problem);

/** key_lengths and key_padding_mask. */
export const paddingHypotheses: readonly Hypothesis[] = [
  {
    name: 'padding_missing',
    sentence: 'attends to keys that are padding',
    advice: 'Hide the keys from key_lengths on, or where key_padding_mask says so.',
    variants: (dump) => when(hasPadding(dump), setting({ padding: 'left_out' })),
  },
  {
    name: 'padding_inverted',
    sentence: 'attends to nothing but padding',
    advice: 'Turn the padding mask around.',
    variants: (dump) =>
      when(hasPadding(dump), ...EMPTY_ROWS.slice(0, 3).map((emptyRow) => setting({ padding: 'inverted', emptyRow }))),
  },
  {
    name: 'padding_left',
    sentence: 'takes the first keys for padding, not the last: sequences are expected to be padded on the left',
    advice: 'Pad on the right, or turn the padding mask around along the keys.',
    variants: (dump) => when(hasPadding(dump), setting({ padding: 'left' })),
  },
];
