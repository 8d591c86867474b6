/** A file of text → its tensors. */
import type { Bytes } from '../bytes.ts';
import { MOST_TEXT, readPasted } from '../pasted.ts';
import { FileFault, type FileTensor, type Texts } from '../tensor.ts';
import { held } from './held.ts';
import { readJson } from './json.ts';

/** @throws FileFault where it is no text, or none of numbers */
export async function openText(bytes: Bytes, name: string): Promise<(FileTensor | Texts)[]> {
  if (bytes.size > MOST_TEXT) throw new FileFault('The file is too long to be read as text: save a .npy.');
  const text = decoded(await bytes.read(0, bytes.size));
  if (!/^\s*\{/.test(text) && !/\.json$/i.test(name)) return [held(readPasted(text))];
  const { tensors, texts } = readJson(text);
  return [...tensors.map(held), ...texts];
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
