import type { Dump } from '../dump.ts';
import { type Hypothesis, setting, type Variant, when } from './hypothesis.ts';

const EMPTY_ROWS = ['zero', 'nan', 'mean'] as const;

/** The offsets of a corner, for causal alone and for all positions. */
function corner(offsets: readonly number[], { problem }: Dump, options: Variant['options']): readonly Variant[] {
  const isOther = offsets.some((offset, batch) => offset !== problem.offsets[batch]);
  return when(
    isOther,
    setting({ corner: offsets }, options),
    ...EMPTY_ROWS.slice(1).map((emptyRow) => setting({ corner: offsets, emptyRow })),
    setting({ offsets }, { query_offset: offsets }),
  );
}

/** Which keys a query sees by its position: the corner of a causal mask, and the diagonal. */
export const causalHypotheses: readonly Hypothesis[] = [
  {
    name: 'causal_missing',
    sentence: 'has no causal mask: queries see the keys after them',
    advice: 'Hide key j from query i when j > i + query_offset.',
    variants: ({ problem }) => when(problem.causal, setting({ causal: false }, { is_causal: false })),
  },
  {
    name: 'causal_added',
    sentence: 'has a causal mask that was not asked for',
    advice: 'Leave out the causal mask, or ask for is_causal.',
    variants: ({ problem }) => when(!problem.causal, setting({ causal: true }, { is_causal: true })),
  },
  {
    name: 'causal_upper_left',
    sentence: 'aligns the causal mask at the upper left corner: query i sees keys up to i',
    advice:
      'With a cache, query i stands at position i + query_offset: align at the lower right (is_causal="lower_right").',
    variants: (dump) =>
      corner(
        dump.problem.offsets.map(() => 0),
        dump,
        { is_causal: true, query_offset: 0 },
      ),
  },
  {
    name: 'causal_lower_right',
    sentence: 'aligns the causal mask at the lower right corner: the last query sees the last key',
    advice:
      'is_causal means the upper left corner here as in PyTorch; ask for is_causal="lower_right", or align at the upper left.',
    variants: (dump) => {
      const { keyLengths, queryLength, keyLength, causal } = dump.problem;
      const options = causal ? { is_causal: 'lower_right' } : undefined;
      const ofAll = keyLengths.map(() => keyLength - queryLength);
      const ofValid = keyLengths.map((length) => length - queryLength);
      return [...corner(ofValid, dump, options), ...corner(ofAll, dump, undefined)];
    },
  },
  {
    name: 'causal_strict',
    sentence: 'hides the diagonal: query i sees only keys j < i',
    advice: 'A query sees its own position: j ≤ i, not j < i.',
    variants: ({ problem }) =>
      when(
        problem.causal,
        ...EMPTY_ROWS.map((emptyRow) => setting({ ahead: -1, emptyRow }, oneBack(problem.offsets, -1))),
      ),
  },
  {
    name: 'causal_one_ahead',
    sentence: 'shows one key too many: query i sees keys up to i + 1',
    advice: 'Hide key j from query i when j > i, the diagonal is the last key that it sees.',
    variants: ({ problem }) => when(problem.causal, setting({ ahead: 1 }, oneBack(problem.offsets, 1))),
  },
];

function oneBack(offsets: readonly number[], step: number): Variant['options'] {
  return { query_offset: offsets.map((offset) => offset + step) };
}
