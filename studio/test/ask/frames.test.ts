import { describe, expect, it } from 'vitest';
import { bytesOf, type Frame, type StepName } from '../../src/ask/film/frame.ts';
import { Frames } from '../../src/ask/film/frames.ts';

const frame = (seq: number, name: StepName = 'scaled', head = 0): Frame => ({
  seq,
  name,
  head,
  rows: [seq, seq + 1],
  tile: undefined,
  shape: [100],
  numbers: new Float32Array(100),
  formula: '',
  ms: 0,
});
const one = bytesOf(frame(1));

describe('the frames that are kept', () => {
  it('stay within their budget: those that were not looked at for longest go first', () => {
    const frames = new Frames(3 * one);
    for (const seq of [1, 2, 3]) frames.put(frame(seq));
    expect(frames.hasRoomFor(frame(4))).toBe(false);
    frames.get(1);
    frames.put(frame(4));
    expect([1, 2, 3, 4].map((seq) => frames.has(seq))).toEqual([true, false, true, true]);
    expect(frames.bytes).toBe(3 * one);
    expect(frames.count).toBe(3);
  });

  it('are counted once, however often they come', () => {
    const frames = new Frames(10 * one);
    for (let i = 0; i < 5; i++) frames.put(frame(1));
    expect(frames.bytes).toBe(one);
    expect(frames.upTo(9, 0, 'scaled')).toHaveLength(1);
  });

  it('keep one that is larger than the budget, and nothing else', () => {
    const frames = new Frames(one / 2);
    frames.put(frame(1));
    frames.put(frame(2));
    expect([1, 2].map((seq) => frames.has(seq))).toEqual([false, true]);
  });

  it('are found by head and name, up to a step and in order', () => {
    const frames = new Frames(100 * one);
    for (const seq of [5, 1, 3, 7]) frames.put(frame(seq));
    frames.put(frame(2, 'pattern'));
    frames.put(frame(4, 'scaled', 1));
    expect(frames.upTo(5, 0, 'scaled').map(({ seq }) => seq)).toEqual([1, 3, 5]);
    expect(frames.countUpTo(5, 0, 'scaled')).toBe(3);
    expect(frames.last(6, 0, 'scaled')?.seq).toBe(5);
    expect(frames.last(9, 1, 'scaled')?.seq).toBe(4);
    expect(frames.last(1, 0, 'pattern')).toBeUndefined();
  });

  it('are not found any more when they are gone', () => {
    const frames = new Frames(one);
    frames.put(frame(1));
    frames.put(frame(2));
    expect(frames.upTo(9, 0, 'scaled').map(({ seq }) => seq)).toEqual([2]);
  });
});
