/**
 * What a page shows that stands alone, in one file: matrices of the same rows and columns, in all of which one place is lit.
 * A view that is to be taken along so gives its sheets, as it draws them; single/ has the pictures, the pointer, the keys,
 * the tables and the rest. A large matrix is given as what is in sight of it: each number takes six bytes of the file.
 */
import { base64Of, bytesOf } from '../files/base64.ts';
import type { Sheet } from '../pictures/sheet.ts';
import type { Setting } from '../pictures/word-line.ts';
import type { Language } from './languages.ts';

/** A row, a column, or a cell. */
export interface Spot {
  row: number | undefined;
  column: number | undefined;
}

export interface SinglePage {
  rowWords: readonly string[];
  /** Where columns are only numbers, see Sheet, they are not read. */
  columnWords: readonly string[];
  /** At least one. */
  matrices: readonly { title: string; sheet: Sheet }[];
  /** The words in light above the matrices: each row is a word that looks, each column one that is looked at. */
  light?: Light | undefined;
  /** What is lit when the page is opened. */
  lit: Spot;
}

export interface Light {
  /** Whether rows and columns are two texts. */
  isCross: boolean;
  direction: 'looks-at' | 'looked-at';
  /** Of each word that begins a line: behind how many spaces. */
  rowIndents: Setting['indents'];
  columnIndents: Setting['indents'];
}

/** All that is written into the file. */
export interface Written extends SinglePage {
  title: string;
  description: string;
  /** Where the same is live. */
  link: string;
  /** The request as code; empty where it is not known. */
  code: readonly { language: Language; text: string }[];
}

/** Numbers as little-endian float32, in base64. */
export const toJson = (written: Written): string =>
  JSON.stringify(written, (_name, value: unknown) =>
    value instanceof Float32Array
      ? { float32: base64Of(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) }
      : value,
  );

/** What toJson wrote. JSON has no undefined: in a list it is null, which nothing else is. */
export const fromJson = (text: string): Written =>
  JSON.parse(text, (_name, value: unknown) => {
    if (value === null) return undefined;
    const packed: unknown = typeof value === 'object' ? Reflect.get(value, 'float32') : undefined;
    return typeof packed === 'string' ? new Float32Array(bytesOf(packed).buffer) : value;
  });
