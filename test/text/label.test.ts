import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { displayWidth, isolated, shownLabel } from '../../src/text/label.ts';
import { anyText } from './shown-text.ts';

describe('the columns of a terminal', () => {
  it.each([
    ['cat', 3],
    ['漢字', 4],
    ['한글', 4],
    ['e\u0301', 1],
    ['👨‍👩‍👧‍👦', 2],
    ['🇫🇷', 2],
    ['שלום', 4],
    ['ｱ', 1],
  ])('of %s are %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('a shown label', () => {
  it.each([
    ['cat', 'cat'],
    ['שלום', 'שלום'],
    ['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
    [' cat', '␣cat'],
    ['to be ', 'to be␣'],
    ['\u001b[2J', '␛[2J'],
    ['a\nb\tc\u0000', 'a␊b␉c␀'],
    ['\u007f', '␡'],
    ['\u009b2J', '\ufffd2J'],
    ['\u202eevil', '\ufffdevil'],
    ['a\u2066b\u2069c', 'a\ufffdb\ufffdc'],
    ['\ud83d', '\ufffd'],
    ['x\ufffey', 'x\ufffdy'],
    ['\u0301', '◌\u0301'],
    ['🏻', '\ufffd'],
    ['', ''],
  ])('of %j is %j', (text, shown) => {
    expect(shownLabel(text, 20)).toBe(shown);
  });

  it('ends in an ellipsis where there is no room', () => {
    expect(shownLabel('sleeping', 8)).toBe('sleeping');
    expect(shownLabel('sleeping', 7)).toBe('sleepi…');
    expect(shownLabel('sleeping', 1)).toBe('…');
  });

  it('does not cut a wide character, an emoji or an accent in two', () => {
    expect(shownLabel('漢字仮名', 6)).toBe('漢字…');
    expect(shownLabel('漢字仮名', 7)).toBe('漢字仮…');
    expect(shownLabel('a👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 4)).toBe('a👨‍👩‍👧‍👦…');
    expect(shownLabel('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
  });

  it('stacks no more accents than fit a character', () => {
    expect(shownLabel(`a${'\u0301'.repeat(5000)}`, 10)).toMatch(/^a\u0301{31}…$/);
  });

  it('is isolated when it is written from right to left', () => {
    expect(isolated('cat')).toBe('cat');
    expect(isolated('漢字')).toBe('漢字');
    expect(isolated('שלום')).toBe('\u2068שלום\u2069');
    expect(isolated('مرحبا')).toBe('\u2068مرحبا\u2069');
  });

  test.prop([anyText(), fc.integer({ min: 1, max: 40 })])('is harmless and fits, whatever the text', (text, room) => {
    const shown = shownLabel(text, room);
    expect(displayWidth(shown)).toBeLessThanOrEqual(room);
    expect(shown.length).toBeLessThanOrEqual(room * 8 + 64);
    // Controls, halves of surrogate pairs, separators of lines, marks of direction, and no characters at all.
    expect(shown).not.toMatch(
      /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u,
    );
    // Nothing in it joins with the spaces of a table.
    expect(displayWidth(` ${shown} `)).toBe(displayWidth(shown) + 2);
  });
});
