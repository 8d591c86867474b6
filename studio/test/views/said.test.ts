import { describe, expect, it } from 'vitest';
import { said, saidOfPair } from '../../src/views/sentence/said.ts';

const words = ['The', 'cat', 'sat', 'on'];

describe('what is read out', () => {
  it('begins with the strongest', () => {
    expect(said(Float32Array.of(0.25, 0.75, 0, 0), 'looks-at', ['sat'], words)).toBe(
      '“sat” looks at cat 0.75, The 0.25.',
    );
  });
  it('tells the other direction', () => {
    expect(said(Float32Array.of(0, 1, 0, 0), 'looked-at', ['sat'], words)).toBe('“sat” is looked at by cat 1.00.');
  });
  it('tells of several, of none and of darkness', () => {
    expect(said(Float32Array.of(1, 1, 0, 0), 'looks-at', ['sat', 'on'], words)).toBe(
      '“sat” and “on” look at The 1.00, cat 1.00.',
    );
    expect(said(new Float32Array(4), 'looks-at', [], words)).toBe('No word is lit.');
    expect(said(new Float32Array(4), 'looks-at', ['The'], words)).toBe('“The” looks at no word.');
  });
  it('tells of a pair, and of one that is hidden', () => {
    expect(saidOfPair('sat', 'on', 0.176)).toBe('“sat” looks at “on” 0.1760.');
    expect(saidOfPair('sat', 'sat', undefined)).toBe('“sat” cannot see “sat”.');
  });
});
