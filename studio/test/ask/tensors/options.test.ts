import { describe, expect, it } from 'vitest';
import { optionAt, withOption } from '../../../src/ask/tensors/options.ts';

describe('options', () => {
  it('are set and taken out, inside of others too', () => {
    expect(withOption({}, 'scale', 1)).toEqual({ scale: 1 });
    expect(withOption({ scale: 1 }, 'rotary.positions.query', [0])).toEqual({
      scale: 1,
      rotary: { positions: { query: [0] } },
    });
    expect(withOption({ rotary: { base: 1, dim: 2 } }, 'rotary.dim', undefined)).toEqual({ rotary: { base: 1 } });
  });

  it('take what holds nothing any more with them', () => {
    expect(withOption({ scale: 1, window: { left: 0 } }, 'window.left', undefined)).toEqual({ scale: 1 });
  });

  it('keep their order, and are no others than they were', () => {
    const before = Object.freeze({ scale: 1, softcap: 2 });
    expect(Object.keys(withOption(before, 'scale', 3))).toEqual(['scale', 'softcap']);
    expect(before).toEqual({ scale: 1, softcap: 2 });
  });

  it('are found by their paths', () => {
    expect(optionAt({ rotary: { dim: 2 } }, 'rotary.dim')).toBe(2);
    expect(optionAt({ rotary: [1] }, 'rotary.dim')).toBeUndefined();
    expect(optionAt({}, 'rotary.positions.key')).toBeUndefined();
  });
});
