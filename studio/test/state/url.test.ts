import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  COMBINATIONS,
  DETAILS,
  DIRECTIONS,
  HEADS,
  MODES,
  SPEEDS,
  START,
  type State,
  THEMES,
  VECTORS,
  VIEWS,
} from '../../src/state/state.ts';
import { fromFragment, toFragment } from '../../src/state/url.ts';

/** What anybody may type; half a surrogate pair no address can hold. */
const words = fc.string({ unit: 'grapheme' });
const index = fc.nat(999_999_999);
const states: fc.Arbitrary<State> = fc.record({
  view: fc.constantFrom(...VIEWS),
  text: words,
  context: words,
  mode: fc.constantFrom(...MODES),
  vectors: fc.constantFrom(...VECTORS),
  heads: fc.subarray([...HEADS], { minLength: 1 }),
  combine: fc.constantFrom(...COMBINATIONS),
  temperature: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  excludeSelf: fc.boolean(),
  direction: fc.constantFrom(...DIRECTIONS),
  locked: fc.uniqueArray(index).map((all) => all.sort((a, b) => a - b)),
  pair: fc.option(fc.record({ query: index, key: index }), { nil: undefined }),
  pairHead: fc.constantFrom(undefined, ...HEADS),
  detail: fc.constantFrom(...DETAILS),
  speed: fc.constantFrom(...SPEEDS),
  step: index,
  run: fc.option(
    words.filter((text) => text !== ''),
    { nil: undefined },
  ),
  lesson: fc.option(
    words.filter((text) => text !== ''),
    { nil: undefined },
  ),
  tried: fc.dictionary(
    fc.stringMatching(/^[a-z][a-z_.]*$/),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  ),
  patterns: fc.option(
    fc.record({
      batch: index,
      head: index,
      cell: fc.option(fc.record({ query: index, key: index }), { nil: undefined }),
    }),
    { nil: undefined },
  ),
  model: fc.option(fc.record({ layer: index, head: index, batch: index, word: fc.option(index, { nil: undefined }) }), {
    nil: undefined,
  }),
  isMerged: fc.boolean(),
  theme: fc.constantFrom(...THEMES),
  isStage: fc.boolean(),
  hasTables: fc.boolean(),
});

describe('a link', () => {
  test.prop([states])('leads back to the state that it was made of', (state) => {
    expect(fromFragment(`#${toFragment(state)}`)).toEqual(state);
  });

  it('is short at the start, where everything is as expected', () => {
    expect(toFragment(START)).toBe('');
    expect(fromFragment('')).toEqual(START);
  });

  it('says what differs from the start, and can be read', () => {
    const state: State = { ...START, text: 'Hello world', locked: [0, 1], heads: ['semantic', 'position'] };
    expect(toFragment(state)).toBe('text=Hello+world&heads=semantic+position&locked=0+1');
  });

  it('can say that nothing is locked', () => {
    expect(fromFragment('locked=').locked).toEqual([]);
  });

  it.each([
    'view=nowhere',
    'mode=',
    'heads=',
    'heads=grammar',
    'temperature=0',
    'temperature=-1',
    'temperature=NaN',
    'temperature=Infinity',
    'temperature=',
    'exclude_self=yes',
    'locked=a',
    'locked=-1',
    'locked=1.5',
    'pair=1',
    'pair=1 2 3',
    'step=-1',
    'detail=fine',
    'speed=3',
    'theme=pink',
    'what=ever',
    '%E0%A4%A',
    '&&&=',
  ])('that is broken is as the start: %s', (fragment) => {
    expect(fromFragment(fragment)).toEqual(START);
  });

  test.prop([fc.string()])('never fails, whatever somebody pasted', (fragment) => {
    const state = fromFragment(fragment);
    expect(fromFragment(toFragment(state))).toEqual(state);
  });
});
