import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  COLOR_SCALES,
  COMBINATIONS,
  DETAILS,
  DIRECTIONS,
  HEADS,
  MATRIX_SIZES,
  MATRIX_SOURCES,
  MODES,
  POOLINGS,
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
const places = fc.option(
  fc.record({
    batch: index,
    head: index,
    cell: fc.option(fc.record({ query: index, key: index }), { nil: undefined }),
  }),
  { nil: undefined },
);
/** As options have it; JSON has no −0. */
const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
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
  patterns: places,
  tensors: fc.option(
    words.filter((text) => text !== ''),
    { nil: undefined },
  ),
  options: fc.dictionary(fc.stringMatching(/^[a-z_]+$/), json),
  against: fc.option(fc.oneof(fc.record({ option: words, value: json }), fc.record({ role: words, tensor: words })), {
    nil: undefined,
  }),
  answered: places,
  matrix: fc.record({
    of: fc.constantFrom(...MATRIX_SOURCES),
    size: fc.constantFrom(...MATRIX_SIZES),
    step: fc.constantFrom('pattern', 'attn_scores'),
    batch: index,
    head: index,
    by: fc.constantFrom(...POOLINGS),
    scale: fc.constantFrom(...COLOR_SCALES),
  }),
  matrixSight: fc.option(
    fc.record({
      row: fc.integer({ min: 0, max: 99_999 }),
      key: fc.integer({ min: 0, max: 99_999 }),
      cell: fc.constantFrom(0.125, 1, 44),
    }),
    { nil: undefined },
  ),
  matrixCell: fc.option(fc.record({ query: index, key: index }), { nil: undefined }),
  model: fc.option(fc.record({ layer: index, head: index, batch: index, word: fc.option(index, { nil: undefined }) }), {
    nil: undefined,
  }),
  isMerged: fc.boolean(),
  theme: fc.constantFrom(...THEMES),
  isStage: fc.boolean(),
  picture: fc.integer({ min: 1, max: 999_999_999 }),
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
