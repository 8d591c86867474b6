import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TokenList } from '../tokenize/token-list.ts';
import { type Pace, type Stop, type Tokenizer, type TokenizerAbout, tooMuchText } from '../tokenize/tokenizer.ts';
import { BytePairEncoder } from './encoder.ts';
import type { EncodingAbout } from './encodings.ts';
import { BpeVocabulary } from './vocabulary.ts';

/** The clock is looked at once in so many pieces. */
const PIECES_PER_LOOK = 64;
/** Pieces from here on take more than a few slices to join. */
const LONG_PIECE_BYTES = 16 * 1024;

const require = createRequire(import.meta.url);

/** What is known of an encoding before its vocabulary is read. */
export function aboutEncoding({ name, aliases, vocabularySize, specialTokens }: EncodingAbout): TokenizerAbout {
  const none: readonly number[] = [];
  return {
    name,
    aliases,
    kind: 'BPE',
    vocabularySize,
    reversible: true,
    specialTokens,
    unflaggedTokens: [],
    unknownToken: null,
    before: none,
    after: none,
    maxTokens: null,
  };
}

/** One of OpenAI's encodings. Reading its vocabulary takes some 50 ms and 10 MB for the largest. */
export class BpeTokenizer implements Tokenizer {
  readonly about: TokenizerAbout;
  readonly #split: EncodingAbout['split'];
  readonly #vocabulary: BpeVocabulary;
  readonly #encoder: BytePairEncoder;
  /** Nearly all ids are below it. */
  readonly #firstSpecial: number;
  readonly #special: ReadonlyMap<number, Uint8Array>;

  constructor(encoding: EncodingAbout) {
    this.about = aboutEncoding(encoding);
    this.#split = encoding.split;
    this.#vocabulary = new BpeVocabulary(readFileSync(require.resolve(`gpt-tokenizer/data/${encoding.name}.tiktoken`)));
    this.#encoder = new BytePairEncoder(this.#vocabulary);
    this.#firstSpecial = Math.min(...encoding.specialTokens.map(({ id }) => id));
    this.#special = new Map(encoding.specialTokens.map(({ id, text }) => [id, Buffer.from(text)]));
  }

  encode(bytes: Uint8Array, from: number, to: number, tokens: TokenList, pace: Pace): Stop {
    const [split, encoder] = [this.#split, this.#encoder];
    let at = from;
    for (let pieces = 1; at < to; pieces++) {
      const end = split(bytes, at, to);
      if (end - at >= LONG_PIECE_BYTES && !pace.mayBeLong) return { at, needsLong: true };
      encoder.encode(bytes, at, end, tokens);
      at = end;
      if (pieces % PIECES_PER_LOOK === 0 && pace.isOver()) break;
    }
    return { at, needsLong: false };
  }

  has(id: number): boolean {
    return this.#vocabulary.has(id) || this.#special.has(id);
  }

  isSpecial(id: number): boolean {
    return id >= this.#firstSpecial && this.#special.has(id);
  }

  isUnknown(): boolean {
    return false;
  }

  textOf(id: number): string | undefined {
    const bytes = this.#vocabulary.bytesOf(id) ?? this.#special.get(id);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString();
  }

  decode(ids: readonly number[], maxBytes: number): string {
    let bytes = 0;
    for (const id of ids) bytes += this.#bytesOf(id).length;
    if (bytes > maxBytes) throw tooMuchText(bytes, maxBytes);
    const text = Buffer.allocUnsafe(bytes);
    let at = 0;
    for (const id of ids) {
      const token = this.#bytesOf(id);
      text.set(token, at);
      at += token.length;
    }
    return text.toString();
  }

  #bytesOf(id: number): Uint8Array {
    const bytes = this.#vocabulary.bytesOf(id) ?? this.#special.get(id);
    if (bytes === undefined) throw new Error(`no token has the id ${id}`);
    return bytes;
  }
}
