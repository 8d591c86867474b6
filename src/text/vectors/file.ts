/** The file of word vectors → one shared buffer, read once; whatever could make a later look-up fail is found here. */
import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WrongFileError } from '../../errors.ts';
import { HEADER_BYTES, MAX_WORD_BYTES, readHeader, sectionsOf, type TableSizes, tableBytes } from './layout.ts';

/** The table that comes with the service; it is as far from src/text/vectors as from dist/text/vectors. */
export const SMALL_TABLE = fileURLToPath(new URL('../../../vectors/glove-30k.bin', import.meta.url));

const MAX_WORDS = 2 ** 22;
const MAX_DIMS = 1024;
const MAX_DIRECTIONS = 16;
/** Beyond what vectors of words hold, and so small that no sum over them leaves float32. */
const MAX_NUMBER = 1e6;

/**
 * Reads and checks a table; it can be shared with other threads.
 * @throws WrongFileError that says what is wrong with the file, as the end of the sentence "the file …"
 */
export function readTableFile(path: string): SharedArrayBuffer {
  const file = open(path);
  try {
    const { size } = fstatSync(file);
    const header = new ArrayBuffer(HEADER_BYTES);
    fill(file, new Uint8Array(header), 0);
    const sizes = readHeader(header);
    if (sizes === undefined) throw new WrongFileError('is no table of word vectors; `npm run vectors` writes one');
    checkSizes(sizes, size);
    const shared = new SharedArrayBuffer(size);
    fill(file, new Uint8Array(shared), 0);
    checkTable(shared, sizes);
    return shared;
  } catch (error) {
    if (error instanceof WrongFileError) throw error;
    throw new WrongFileError(`cannot be read: ${reasonOf(error)}`);
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    // Opening a pipe would wait for whoever writes it.
    if (!statSync(path).isFile()) throw new WrongFileError('is no regular file');
    return openSync(path, 'r');
  } catch (error) {
    if (error instanceof WrongFileError) throw error;
    throw new WrongFileError(`cannot be opened: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'for a reason that the system does not tell';
}

function fill(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(file, bytes, at, bytes.length - at, position + at);
    if (read === 0) throw new WrongFileError('ends too early');
    at += read;
  }
}

function checkSizes(sizes: TableSizes, fileBytes: number): void {
  const { words, dims, textBytes, directions } = sizes;
  const fits =
    within(words, 1, MAX_WORDS) &&
    within(dims, 1, MAX_DIMS) &&
    within(textBytes, words, words * MAX_WORD_BYTES) &&
    within(directions, 0, Math.min(MAX_DIRECTIONS, dims));
  if (!fits) throw new WrongFileError(`says of itself that it has ${words} words of ${dims} numbers, which cannot be`);
  const expected = tableBytes(sizes);
  if (fileBytes !== expected) throw new WrongFileError(`has ${fileBytes} bytes, but its header asks for ${expected}`);
}

function checkTable(buffer: SharedArrayBuffer, sizes: TableSizes): void {
  const { mean, directions, along, scales, ranks, starts, bySuffix, text } = sectionsOf(buffer, sizes);
  const wrong = (what: string) => new WrongFileError(`is damaged: ${what}`);
  for (const numbers of [mean, directions, along, scales]) {
    if (!numbers.every((x) => Math.abs(x) <= MAX_NUMBER)) throw wrong('a number is not finite, or too large');
  }
  if (!isOrderOf(ranks)) throw wrong('the ranks are not an order of its words');
  if (!isUtf8(text)) throw wrong('its words are not UTF-8');
  if (starts[0] !== 0 || starts[sizes.words] !== text.length) throw wrong('its words do not fill the text');
  for (let i = 0; i < sizes.words; i++) {
    const length = starts[i + 1] - starts[i];
    // 10xxxxxx goes on with a character that began before.
    const splits = (text[starts[i]] & 0xc0) === 0x80;
    if (!within(length, 1, MAX_WORD_BYTES) || splits) throw wrong('a word begins or ends at the wrong byte');
  }
  const order = (step: 1 | -1) => (a: number, b: number) => {
    const [lengthA, lengthB] = [starts[a + 1] - starts[a], starts[b + 1] - starts[b]];
    const [from, to] = step === 1 ? [starts[a], starts[b]] : [starts[a + 1] - 1, starts[b + 1] - 1];
    for (let i = 0; i < Math.min(lengthA, lengthB); i++) {
      const difference = text[from + step * i] - text[to + step * i];
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  };
  if (!isOrderOf(bySuffix)) throw wrong('the order of endings is not an order of its words');
  const [forwards, backwards] = [order(1), order(-1)];
  for (let i = 1; i < sizes.words; i++) {
    if (forwards(i - 1, i) >= 0) throw wrong('its words are not in order');
    if (backwards(bySuffix[i - 1], bySuffix[i]) >= 0) throw wrong('its endings are not in order');
  }
}

/** Whether every number from 0 to the length is there once. */
function isOrderOf(places: Uint32Array): boolean {
  const seen = new Uint8Array(places.length);
  for (const place of places) {
    if (place >= seen.length || seen[place] === 1) return false;
    seen[place] = 1;
  }
  return true;
}

function within(x: number, min: number, max: number): boolean {
  return x >= min && x <= max;
}
