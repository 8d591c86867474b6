import { describe, expect, it } from 'vitest';
import { wrapped } from '../../src/text/wrapped.ts';

describe('sentences as lines', () => {
  it('break at spaces, at the width that a terminal shows', () => {
    expect(wrapped('a cat sat on it', 7)).toBe('a cat\nsat on\nit');
    // Each of these characters takes two columns.
    expect(wrapped('漢字 漢字 漢字', 9)).toBe('漢字 漢字\n漢字');
  });

  it('leave a word whole that is longer than a line', () => {
    expect(wrapped('a spotlights b', 4)).toBe('a\nspotlights\nb');
    expect(wrapped('', 4)).toBe('');
  });
});
