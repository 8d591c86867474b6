import { describe, expect, it } from 'vitest';
import type { AskedReading, Head } from '../../src/ask/reading.ts';
import { headsToShow, meanRequest, pickedHeads, sentenceRequest } from '../../src/ask/sentence-request.ts';
import { COMBINATIONS, HEADS, type HeadName, MODES, START, type State } from '../../src/state/state.ts';
import { layersOf } from '../../src/views/sentence/layers.ts';

const statistics = {
  entropy: new Float32Array(1),
  effectiveKeys: new Float32Array(1),
  meanDistance: new Float32Array(1),
};
const head = (name: Head['name'], ...values: number[]): Head => ({
  name,
  builtFrom: 'constructed',
  weights: { rows: 1, columns: 2, values: Float32Array.from(values) },
  statistics,
});
const both = { ...START, heads: ['semantic', 'position'] } as const satisfies State;
const askedOf = (state: State) => sentenceRequest(state) ?? expect.fail('there is a sentence');
const reading: AskedReading = {
  queries: ['cat'],
  keys: ['red', 'car'],
  isCross: false,
  queryIndents: [undefined],
  keyIndents: [undefined, undefined],
  heads: [head('semantic', 0.25, 0.75), head('position', 0.5, 0.5)],
  mean: { weights: { rows: 1, columns: 2, values: Float32Array.of(0.375, 0.625) }, statistics },
  isHidden: () => false,
  asked: askedOf(START),
};
const meanOf = (state: State): AskedReading => ({
  ...reading,
  asked: meanRequest({ ...state, combine: 'mean' }) ?? expect.fail('there is a mean'),
});

describe('the heads as layers', () => {
  it('have the color of light alone, and their own among others', () => {
    expect(layersOf({ ...both, heads: ['position'], combine: 'each' }, reading, undefined)).toMatchObject([
      { title: 'position', paint: 'light' },
    ]);
    expect(layersOf({ ...both, combine: 'each' }, reading, undefined)?.map(({ paint }) => paint)).toEqual([
      'head-0',
      'head-1',
    ]);
  });

  it('have the mean of the service, and wait for it', () => {
    const [mean] = layersOf({ ...both, combine: 'mean' }, reading, meanOf(both)) ?? [];
    expect([...mean.grid.values]).toEqual([0.375, 0.625]);
    expect(layersOf({ ...both, combine: 'mean' }, reading, undefined)).toBeUndefined();
  });

  it.each([
    ['other words', { text: 'red car' }],
    ['another temperature', { temperature: 2 }],
    ['other heads', { heads: ['semantic', 'same-token'] }],
    ['words that may look at themselves', { excludeSelf: false }],
  ] satisfies [string, Partial<State>][])('take no mean of %s', (_, change) => {
    expect(layersOf({ ...both, combine: 'mean' }, reading, meanOf({ ...both, ...change }))).toBeUndefined();
  });

  it('have a largest weight, without the statistics of a distribution', () => {
    const [max] = layersOf({ ...both, combine: 'max' }, reading, undefined) ?? [];
    expect([...max.grid.values]).toEqual([0.5, 0.75]);
    expect(max.statistics).toBeUndefined();
  });

  it('wait where the last answer has none of the picked heads', () => {
    const heads = ['previous-token', 'syntax-code'] as const;
    expect(layersOf({ ...both, heads, combine: 'max' }, reading, undefined)).toBeUndefined();
  });

  const subsets = Array.from({ length: 2 ** HEADS.length - 1 }, (_, bits) =>
    HEADS.filter((_, i) => ((bits + 1) >> i) % 2 === 1),
  );
  const states = MODES.flatMap((mode) =>
    COMBINATIONS.flatMap((combine) => subsets.map((heads): State => ({ ...START, mode, combine, heads }))),
  );
  const answerOf = (state: State, heads: readonly HeadName[]): AskedReading => ({
    ...reading,
    heads: heads.map((name) => head(name, 0.5, 0.5)),
    asked: askedOf(state),
  });

  it('are some, or undefined, whichever state the last answer is of', () => {
    for (const before of states) {
      const answer = answerOf(before, headsToShow(before));
      for (const now of states) expect(layersOf(now, answer, undefined)).not.toEqual([]);
    }
  });

  it('are there once their own answer is', () => {
    for (const state of states) {
      const mean = meanRequest(state);
      const answered = mean && { ...answerOf(state, pickedHeads(state)), asked: mean };
      expect(layersOf(state, answerOf(state, headsToShow(state)), answered)).toBeDefined();
    }
  });
});
