/** A file of text → its tensors. */
import type { Bytes } from '../bytes.ts';
import { MOST_TEXT, readPasted, TOO_LONG } from '../pasted.ts';
import { FileFault, type FileTensor, type Texts } from '../tensor.ts';
import { held } from './held.ts';
import { type Read, readJson } from './json.ts';
import { readPrinted } from './printed.ts';

/** @throws FileFault where it is no text, or none of numbers */
export async function openText(bytes: Bytes, name: string): Promise<(FileTensor | Texts)[]> {
  if (bytes.size > MOST_TEXT) throw new FileFault(TOO_LONG);
  const text = decoded(await bytes.read(0, bytes.size));
  if (!/^\s*\{/.test(text) && !/\.json$/i.test(name)) return [held(readPasted(text))];
  const { tensors, texts } = jsonOf(text);
  return [...tensors.map(held), ...texts];
}

/** Arrays within the innermost of which there are a few numbers only. */
const SHORT_ROWS = /^\s*\[[\s[]*\[[-+\d.eE\s]*(?:,[-+\d.eE\s]*){0,7}\]/;

/** Millions of short arrays take 2.5 times as long, and far more memory, as objects than as brackets. */
function jsonOf(text: string): Read {
  if (SHORT_ROWS.test(text.slice(0, 1000)))
    try {
      return { tensors: [readPrinted(text)], texts: [] };
    } catch (fault) {
      // What else may stand in JSON, and what is wrong with it, is said by its own reader.
      if (!(fault instanceof FileFault)) throw fault;
    }
  return readJson(text);
}

/** By its byte order mark, as spreadsheets and PowerShell write one; else as UTF-8. */
function decoded(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes);
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // No text: said below.
  }
  throw new FileFault(
    'What this file is is not known here: .npy, .npz, .safetensors, .json, .csv, .tsv and .txt are read.',
  );
}
