import type { Convention, Turn } from '../convention.ts';
import type { Dump } from '../dump.ts';
import { changing, type Hypothesis, setting, type Variant, when } from './hypothesis.ts';

type Turns = Convention['turns'];
const SIDES = ['query', 'key'] as const;

const isTurned = ({ turn }: Dump) => turn !== undefined;

/** A change of the turn of query and key, or of one of them. */
function turning(patch: Partial<Turn>, sides: readonly (typeof SIDES)[number][] = SIDES, options?: Variant['options']) {
  return changing(({ turns }) => {
    const next: Turns = { ...turns };
    for (const side of sides) {
      const turn = next[side];
      if (turn !== undefined) next[side] = { ...turn, ...patch };
    }
    return { turns: next };
  }, options);
}

/** A change that may be made to both, or forgotten on one side. */
function onAnySide(patch: Partial<Turn>): readonly Variant[] {
  return [turning(patch), turning(patch, ['query']), turning(patch, ['key'])];
}

function asked({ turn }: Dump, patch: object): Variant['options'] {
  if (turn === undefined) return undefined;
  return { rotary: { base: turn.base, dim: turn.dim, interleaved: turn.interleaved, ...patch } };
}

function ofBase(base: number): Hypothesis {
  return {
    name: `rotary_base_${base}`,
    sentence: `turns with the base ${base}`,
    advice: "Take the base of the model's configuration (rope_theta).",
    variants: (dump) =>
      when(isTurned(dump) && dump.turn?.base !== base, turning({ base }, SIDES, asked(dump, { base }))),
  };
}

/** Rotary position embedding (Su et al. 2021): which numbers turn, by which angle, and from which position. */
export const rotaryHypotheses: readonly Hypothesis[] = [
  {
    name: 'rotary_missing',
    sentence: 'does not turn query and key by their positions',
    advice: 'Apply the rotary embedding to query and key before the scores.',
    variants: (dump) =>
      when(isTurned(dump), setting({ turns: { query: undefined, key: undefined } }, { rotary: null })),
  },
  {
    name: 'rotary_pairs',
    sentence: 'turns the pairs (0,1), (2,3) …, as GPT-J does',
    advice: 'GPT-NeoX and Llama (in transformers) turn the halves (i, i + dim/2): permute the weights, or turn halves.',
    variants: (dump) =>
      when(
        dump.turn?.interleaved === false,
        turning({ interleaved: true }, SIDES, asked(dump, { interleaved: true })),
        turning({ interleaved: true }, ['query']),
        turning({ interleaved: true }, ['key']),
      ),
  },
  {
    name: 'rotary_halves',
    sentence: 'turns the halves (i, i + dim/2), as GPT-NeoX does',
    advice:
      'GPT-J and the original Llama weights turn neighbours (0,1), (2,3): permute the weights, or turn neighbours.',
    variants: (dump) =>
      when(
        dump.turn?.interleaved === true,
        turning({ interleaved: false }, SIDES, asked(dump, { interleaved: false })),
        turning({ interleaved: false }, ['query']),
        turning({ interleaved: false }, ['key']),
      ),
  },
  ...[10_000, 500_000, 1_000_000].map(ofBase),
  {
    name: 'rotary_positions_from_one',
    sentence: 'counts positions from 1',
    advice: 'The first token stands at position 0.',
    variants: (dump) => when(isTurned(dump), ...onAnySide({ shift: 1 })),
  },
  {
    name: 'rotary_restarts_after_cache',
    sentence: 'begins to count positions at 0 again behind the cache',
    advice: 'A query behind p cached keys stands at position p: add the length of the cache.',
    variants: (dump) => {
      const begins = dump.pastLength > 0 || dump.problem.offsets.some((offset) => offset !== 0);
      return when(isTurned(dump) && begins, ...onAnySide({ restarts: true }));
    },
  },
  {
    name: 'rotary_query_only',
    sentence: 'turns the queries, but not the keys',
    advice: 'Turn query and key alike; keys of a cache are turned when they are new.',
    variants: (dump) =>
      when(
        isTurned(dump),
        changing(({ turns }) => ({ turns: { ...turns, key: undefined } })),
      ),
  },
  {
    name: 'rotary_key_only',
    sentence: 'turns the keys, but not the queries',
    advice: 'Turn query and key alike.',
    variants: (dump) =>
      when(
        isTurned(dump),
        changing(({ turns }) => ({ turns: { ...turns, query: undefined } })),
      ),
  },
  {
    name: 'rotary_backwards',
    sentence: 'turns the other way around: the sine has the wrong sign',
    advice: 'Turn (a, b) into (a·cos − b·sin, a·sin + b·cos).',
    variants: (dump) => when(isTurned(dump), ...onAnySide({ sign: -1 })),
  },
];
