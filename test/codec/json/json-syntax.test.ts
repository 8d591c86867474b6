import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/codec/json/json-text.ts';
import { RequestError } from '../../../src/errors.ts';
import { limits } from '../reading.ts';

/** The offset that the refusal of a text tells; −1 when it is read. */
function errorIn(text: string): number {
  try {
    parseJson(Buffer.from(text), limits);
    return -1;
  } catch (error) {
    if (error instanceof RequestError && error.offset !== undefined) return error.offset;
    throw error;
  }
}

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('where JSON breaks off', () => {
  it.each([
    ['[1,2', 4],
    ['[1,,2]', 3],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['[01]', 2],
    ['[1.]', 3],
    ['[-]', 2],
    ['[1e]', 3],
    ['[tru]', 4],
    ['["a\nb"]', 3],
    ['["\\x"]', 3],
    ['["\\u12g4"]', 6],
    ['[1] 2', 4],
    ['', 0],
    ['[1]]', 3],
    ['[}', 1],
  ])('in %j is byte %i', (text, offset) => {
    expect(errorIn(text)).toBe(offset);
  });

  test.prop([fc.json()])('is nowhere in JSON', (text) => {
    expect(errorIn(text)).toBe(-1);
  });

  // Arrays of the characters that JSON is made of, most of them wrong.
  const pieces = fc.constantFrom(...'[]{},:"\\u0129.-+eE tfn \n', 'true', 'null', '"a"', '1.5', '\\"', '\u0001', 'é');
  test.prop([fc.array(pieces, { maxLength: 12 }).map((list) => list.join(''))], { numRuns: 20_000 })(
    'is told exactly for what JSON.parse refuses',
    (text) => {
      expect(errorIn(text) < 0).toBe(parses(text));
    },
  );

  test.prop([fc.json(), fc.nat(), fc.constantFrom(...'[]{},:"\\0a.- ')], { numRuns: 5000 })(
    'is not before the first character that was changed',
    (text, where, character) => {
      const at = where % (text.length + 1);
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      const error = errorIn(changed);
      expect(error < 0).toBe(parses(changed));
      if (error >= 0) expect(error).toBeGreaterThanOrEqual(Buffer.byteLength(text.slice(0, at)));
    },
  );
});
