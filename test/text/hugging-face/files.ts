/** The tokenizers of this directory, and others that are made of them. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tokenizer as Library } from 'tokenizers';
import { afterAll } from 'vitest';
import { aboutFile } from '../../../src/text/hugging-face/about.ts';
import type { TokenizerFile } from '../../../src/text/hugging-face/file.ts';
import { type AllowedTokens, HuggingFaceTokenizer } from '../../../src/text/hugging-face/tokenizer.ts';
import { createTokenList } from '../../../src/text/tokenize/token-list.ts';

export const OWN = ['word-piece', 'byte-level', 'unigram'] as const;

const directory = mkdtempSync(join(tmpdir(), 'spotlight-files-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

export const pathOf = (name: string) => fileURLToPath(new URL(`./${name}.json`, import.meta.url));
export const jsonOf = (name: string) => JSON.parse(readFileSync(pathOf(name), 'utf8'));

export function fileAt(path: string, name = 'made'): TokenizerFile {
  const { size, mtimeMs } = statSync(path);
  return { name, path, configPath: undefined, bytes: size, modifiedMs: mtimeMs };
}

let made = 0;

/** A file with this content. */
export function madeFile(content: unknown): TokenizerFile {
  const path = join(directory, `${made++}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return fileAt(path);
}

export async function load(file: TokenizerFile): Promise<HuggingFaceTokenizer> {
  return new HuggingFaceTokenizer(file, await aboutFile(file));
}

/** An added token as the library writes it. */
export function added(id: number, content: string, flags: Record<string, boolean> = {}) {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: false, ...flags };
}

/** Ids and places in bytes, without what is put around the text. */
export interface Told {
  ids: number[];
  places: [number, number][];
}

export async function told(
  tokenizer: HuggingFaceTokenizer,
  text: string,
  allowed: AllowedTokens = undefined,
): Promise<Told> {
  const bytes = Buffer.from(text);
  const tokens = createTokenList();
  await tokenizer.encode(bytes, { from: 0, to: bytes.length }, tokens, {
    hidden: tokenizer.hiding(allowed),
    isOver: () => false,
  });
  const range = Array.from({ length: tokens.count }, (_, i) => i);
  return { ids: range.map((i) => tokens.ids[i]), places: range.map((i) => [tokens.starts[i], tokens.ends[i]]) };
}

/** The same by a plain call of the library, whose places are code points. */
export async function toldByLibrary(library: Library, text: string): Promise<Told> {
  const encoding = await library.encode(text, null, { addSpecialTokens: false });
  const byteOf = [0];
  for (const character of text) byteOf.push(byteOf[byteOf.length - 1] + Buffer.byteLength(character));
  return {
    ids: encoding.getIds(),
    places: encoding.getOffsets().map(([start, end]) => [byteOf[start], byteOf[end]]),
  };
}

export function libraryOf(file: TokenizerFile): Library {
  return Library.fromFile(file.path);
}
