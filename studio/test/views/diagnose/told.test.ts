import { describe, expect, it } from 'vitest';
import { leadOf, remedyOf, saidOfCell, share } from '../../../src/views/diagnose/told.ts';

describe('a diagnosis in words', () => {
  it('does not say its verdict twice', () => {
    expect(leadOf('Different: 12 % of the numbers: all.')).toBe('12 % of the numbers: all.');
    expect(leadOf('Right: all 24 numbers.')).toBe('All 24 numbers.');
    expect(leadOf('something else')).toBe('Something else');
  });

  it('says of a cell both weights, or the right one alone', () => {
    const words = { queries: ['on', 'mat'], keys: ['The', 'cat'] };
    expect(saidOfCell({ query: 1, key: 0, right: 0.25, yours: 1 }, words)).toBe(
      'Query mat, key The: right 0.2500, yours 1.0000.',
    );
    expect(saidOfCell({ query: 0, key: 1, right: 0, yours: undefined }, words)).toBe('Query on, key cat: right 0.');
    expect(saidOfCell({ query: 0, key: 1, right: 0, yours: Number.NaN }, words)).toContain('yours NaN');
  });

  it('says shares in hundredths', () => {
    expect([share(1), share(0.0012345), share(0)]).toEqual(['100 %', '0.123 %', '0 %']);
  });

  it('says what would fit, of dumps and not of sentences', () => {
    expect(remedyOf({ code: 'body_too_large' })).toBe('Fewer heads or rows would fit.');
    expect(remedyOf({ code: 'missing_field' })).toContain('expected_output');
    expect(remedyOf({ code: 'invalid_option' })).toBeUndefined();
  });
});
