import { describe, expect, it } from 'vitest';
import type { Head, Reading } from '../../src/ask/reading.ts';
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
const reading: Reading = {
  queries: ['cat'],
  keys: ['red', 'car'],
  isCross: false,
  queryIndents: [undefined],
  keyIndents: [undefined, undefined],
  heads: [head('semantic', 0.25, 0.75), head('position', 0.5, 0.5)],
  mean: { weights: { rows: 1, columns: 2, values: Float32Array.of(0.375, 0.625) }, statistics },
  isHidden: () => false,
};
const both = { mode: 'self', heads: ['semantic', 'position'] } as const;

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
    const [mean] = layersOf({ ...both, combine: 'mean' }, reading, reading) ?? [];
    expect([...mean.grid.values]).toEqual([0.375, 0.625]);
    expect(layersOf({ ...both, combine: 'mean' }, reading, undefined)).toBeUndefined();
    expect(layersOf({ ...both, combine: 'mean' }, reading, { ...reading, keys: ['another'] })).toBeUndefined();
  });

  it('have a largest weight, without the statistics of a distribution', () => {
    const [max] = layersOf({ ...both, combine: 'max' }, reading, undefined) ?? [];
    expect([...max.grid.values]).toEqual([0.5, 0.75]);
    expect(max.statistics).toBeUndefined();
  });
});
