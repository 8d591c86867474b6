import type { Dump } from '../dump.ts';
import { type Hypothesis, setting, type Variant, when } from './hypothesis.ts';

const EMPTY_ROWS = ['zero', 'nan', 'mean'] as const;

/** Whether a position says nothing but which keys the causal mask hides: an option that moves it moves all that depends on it. */
function isOnlyCausal({ problem: { alibiSlopes, window }, turn }: Dump): boolean {
  return (
    turn === undefined && alibiSlopes === undefined && Math.min(window.left, window.right) === Number.POSITIVE_INFINITY
  );
}

function onlyCausal(dump: Dump, options: Variant['options']): Variant['options'] {
  return isOnlyCausal(dump) ? options : undefined;
}

/** The offsets of a corner, for causal alone and for all positions. */
function corner(offsets: readonly number[], dump: Dump, options: Variant['options']): readonly Variant[] {
  const { problem, turn } = dump;
  const isOther = offsets.some((offset, batch) => offset !== problem.offsets[batch]);
  return when(
    isOther,
    setting({ corner: offsets }, onlyCausal(dump, options)),
    ...EMPTY_ROWS.slice(1).map((emptyRow) => setting({ corner: offsets, emptyRow })),
    setting({ offsets }, turn === undefined ? { is_causal: problem.causal, query_offset: offsets } : undefined),
  );
}

/** Which keys a query sees by its position: the corner of a causal mask, and the diagonal. */
export const causalHypotheses: readonly Hypothesis[] = [
  {
    name: 'causal_missing',
    sentence: 'has no causal mask: queries see the keys after them',
    advice: 'Hide key j from query i when j > i + query_offset.',
    variants: ({ problem }) => {
      // "lower_right" says where queries stand, too.
      const stands = problem.offsets.some((offset) => offset !== 0) ? { query_offset: problem.offsets } : {};
      return when(problem.causal, setting({ causal: false }, { is_causal: false, ...stands }));
    },
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
    variants: (dump) =>
      when(
        dump.problem.causal,
        ...EMPTY_ROWS.map((emptyRow) =>
          setting({ ahead: -1, emptyRow }, emptyRow === 'zero' ? moved(dump, -1) : undefined),
        ),
      ),
  },
  {
    name: 'causal_one_ahead',
    sentence: 'shows one key too many: query i sees keys up to i + 1',
    advice: 'Hide key j from query i when j > i, the diagonal is the last key that it sees.',
    variants: (dump) => when(dump.problem.causal, setting({ ahead: 1 }, moved(dump, 1))),
  },
];

function moved(dump: Dump, step: number): Variant['options'] {
  const offsets = dump.problem.offsets.map((offset) => offset + step);
  return onlyCausal(dump, { is_causal: true, query_offset: offsets });
}
