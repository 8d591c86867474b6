import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/app.ts';
import { ConfigError, readConfig } from '../../../src/config/config.ts';
import { WrongFileError } from '../../../src/errors.ts';
import { readTableFile } from '../../../src/text/vectors/file.ts';
import { writeHeader } from '../../../src/text/vectors/layout.ts';
import { VectorTable } from '../../../src/text/vectors/table.ts';
import { writeTable } from '../../../src/text/vectors/write.ts';
import { madeUpTable } from './making.ts';

const directory = mkdtempSync(join(tmpdir(), 'vectors-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function fileOf(bytes: Uint8Array): string {
  const path = join(directory, `${files++}.bin`);
  writeFileSync(path, bytes);
  return path;
}

function faultOf(path: string): string {
  try {
    readTableFile(path);
  } catch (error) {
    if (error instanceof WrongFileError) return error.message;
    throw error;
  }
  return 'none';
}

describe('a table that was written', () => {
  // Words most frequent first; the file sorts them.
  const words = ['be', 'a', 'zoo', 'été', 'ab'];
  const vectors = Float64Array.from([3, 1, 2, 0, -1, 5, 2, 2, -4, 1, 0, 0, -2, 7, 1]);
  const table = new VectorTable(readTableFile(fileOf(writeTable({ words, dims: 3, vectors }))));

  it('has its words and vectors', () => {
    for (const [i, word] of words.entries()) {
      const raw = table.raw(table.find(word));
      // Rounding to int8 takes at most half a step of 1/127 of the largest number; none here is above 8.
      for (let k = 0; k < 3; k++) expect(Math.abs(raw[k] - vectors[3 * i + k]), word).toBeLessThan(8 / 127);
    }
  });

  it('finds words by their beginning and ending, the most frequent first', () => {
    expect(table.startingWith('é', 2).map((row) => table.word(row))).toEqual(['été']);
    expect(table.startingWith('z', 2).map((row) => table.word(row))).toEqual(['zoo']);
    expect(table.startingWith('a', 2).map((row) => table.word(row))).toEqual(['a']);
    expect(table.endingWith('o', 2).map((row) => table.word(row))).toEqual(['zoo']);
    expect(table.startingWith('', 3).map((row) => table.word(row))).toEqual(['be', 'a', 'zoo']);
    expect(table.endingWith('x', 2)).toEqual([]);
  });
});

describe('a file of word vectors', () => {
  it('is read when nothing is wrong with it', () => {
    expect(faultOf(fileOf(madeUpTable(50, 4).bytes))).toBe('none');
  });

  it.each([
    ['is empty', () => new Uint8Array(0), 'ends too early'],
    ['is something else', () => Buffer.from('{"words": ["the"]}'.repeat(10)), 'is no table'],
    ['is cut off', () => madeUpTable(50, 4).bytes.subarray(0, 1000), 'bytes, but its header asks for'],
    ['goes on', () => Buffer.concat([madeUpTable(50, 4).bytes, new Uint8Array(1)]), 'bytes, but its header asks for'],
  ])('is refused when it %s', (_, make, fault) => {
    expect(faultOf(fileOf(make()))).toContain(fault);
  });

  it.each([
    { words: 0, dims: 4, textBytes: 400, directions: 2 },
    { words: 2 ** 32 - 1, dims: 4, textBytes: 400, directions: 2 },
    { words: 50, dims: 0, textBytes: 400, directions: 2 },
    { words: 50, dims: 2 ** 31, textBytes: 400, directions: 2 },
    { words: 50, dims: 4, textBytes: 2 ** 32 - 1, directions: 2 },
    { words: 50, dims: 4, textBytes: 400, directions: 2 ** 20 },
  ])('is refused for sizes that cannot be: %j', (sizes) => {
    const { bytes } = madeUpTable(50, 4);
    writeHeader(bytes.buffer, sizes);
    expect(faultOf(fileOf(bytes))).toContain('which cannot be');
  });

  it.each([
    ['a mean that is not finite', ({ mean }) => mean.fill(Number.NaN, 0, 1), 'not finite'],
    ['a direction that is infinite', ({ directions }) => directions.fill(Number.POSITIVE_INFINITY, 7, 8), 'not finite'],
    ['a scale that is too large', ({ scales }) => scales.fill(1e30, 3, 4), 'too large'],
    ['a way along a direction that is not finite', ({ along }) => along.fill(Number.NaN, 9, 10), 'not finite'],
    ['the same rank twice', ({ ranks }) => ranks.fill(1, 0, 1), 'ranks'],
    ['a rank beyond its words', ({ ranks }) => ranks.fill(50, 0, 1), 'ranks'],
    ['an ending beyond its words', ({ bySuffix }) => bySuffix.fill(2 ** 32 - 1, 0, 1), 'endings'],
    ['endings out of order', ({ bySuffix }) => bySuffix.reverse(), 'endings are not in order'],
    ['words out of order', ({ text }) => text.fill('9'.charCodeAt(0), 15, 16), 'not in order'],
    ['a word that is there twice', ({ text }) => text.copyWithin(8, 0, 8), 'not in order'],
    ['a word that starts beyond the text', ({ starts }) => starts.fill(2 ** 32 - 1, 3, 4), 'wrong byte'],
    ['words that go backwards', ({ starts }) => starts.fill(8, 3, 4), 'wrong byte'],
    ['text before the first word', ({ starts }) => starts.fill(1, 0, 1), 'do not fill'],
    ['text that is no UTF-8', ({ text }) => text.fill(0xff, 9, 10), 'UTF-8'],
    ['a word that ends inside a character', ({ text }) => text.set(Buffer.from('é'), 7), 'wrong byte'],
  ] satisfies [string, (sections: ReturnType<typeof madeUpTable>['sections']) => unknown, string][])(
    'is refused for %s',
    (_, damage, fault) => {
      const { bytes, sections } = madeUpTable(50, 4);
      damage(sections);
      expect(faultOf(fileOf(bytes))).toContain(fault);
    },
  );

  it('is refused when it is not there, or no file', () => {
    expect(faultOf(join(directory, 'nowhere'))).toBe('cannot be opened: ENOENT');
    expect(faultOf(directory)).toBe('is no regular file');
  });

  it('stops the start with one line that names the variable', async () => {
    const vectorsFile = join(directory, 'nowhere');
    const error = await buildApp({ ...readConfig({ VECTORS_FILE: vectorsFile, LOG_LEVEL: 'silent' }) }).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(`VECTORS_FILE is ${JSON.stringify(vectorsFile)}, but the file cannot be opened`);
    expect(String(error)).not.toContain('\n');
  });
});
