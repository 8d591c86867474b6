import { readFileSync, statSync } from 'node:fs';
import { Tokenizer as Library } from 'tokenizers';
import { RequestError } from '../../errors.ts';
import { addToken, type TokenList } from '../tokenize/token-list.ts';
import { type KnownTokens, type TokenizerAbout, tooMuchText } from '../tokenize/tokenizer.ts';
import { encodeWith } from './encoded.ts';
import type { TokenizerFile } from './file.ts';
import { plainVariant } from './plain-variant.ts';
import { encodeInWindows, type Reader, type Span, WINDOW_BYTES } from './windows.ts';

/** Which added tokens are found in a text: those that are listed, all, or by default those that the file does not call special. */
export type AllowedTokens = readonly string[] | 'all' | undefined;

/** Added tokens that a text may not hold as such. */
export interface HiddenTokens {
  texts: ReadonlySet<string>;
  ids: ReadonlySet<number | null>;
}

/** What an encoder needs beside the text. */
export interface Encoding {
  hidden: HiddenTokens;
  /** Whether no more tokens are wanted; asked between two windows. */
  isOver(): boolean;
}

/** The file with some added tokens hidden; its ids may be others, which `idOf` sets right. */
interface Variant {
  library: Library;
  idOf: ReadonlyMap<number, number>;
}

/** Variants that are kept beside the file itself, each as large as that. */
const MAX_VARIANTS = 2;

/**
 * A Hugging Face tokenizer.json, run by their own library. Invariant: a text is encoded by the file as it is, and again by
 * one without the tokens that are not allowed only if the first has found one of these in it.
 */
export class HuggingFaceTokenizer implements KnownTokens {
  readonly about: TokenizerAbout;
  readonly #file: TokenizerFile;
  readonly #library: Library;
  readonly #specialIds: ReadonlySet<number>;
  readonly #unknown: { id: number; text: string } | undefined;
  /** By what they hide, the last used one last. */
  readonly #variants = new Map<string, Variant>();
  readonly #texts = new Map<number, string>();

  /** @throws RequestError for a file that the library cannot load, or that is not the one which `about` tells of */
  constructor(file: TokenizerFile, about: TokenizerAbout) {
    this.about = about;
    this.#file = file;
    this.#library = this.#load();
    this.#specialIds = new Set(about.specialTokens.map(({ id }) => id));
    const { unknownToken } = about;
    const [id, text] =
      typeof unknownToken === 'string'
        ? [this.#library.tokenToId(unknownToken), unknownToken]
        : [unknownToken, unknownToken === null ? null : this.#library.idToToken(unknownToken)];
    this.#unknown = id === null || text === null ? undefined : { id, text };
  }

  /** What texts may not hold; the same for all texts of a request. */
  hiding(allowed: AllowedTokens): HiddenTokens {
    const texts = this.#hidden(allowed);
    return { texts, ids: new Set([...texts].map((text) => this.#library.tokenToId(text))) };
  }

  /**
   * Adds the tokens of the UTF-8 text `from` to `to`, without those that are put around it; whether all of it was read.
   * @throws RequestError for a text that it cannot read
   */
  async encode(bytes: Uint8Array, span: Span, tokens: TokenList, { hidden, isOver }: Encoding): Promise<boolean> {
    const { count } = tokens;
    let isFound = false;
    const restart = () => {
      tokens.count = count;
    };
    const take: Reader['take'] = (window, first, last) => {
      for (let i = first; i < last; i++) {
        const id = window.ids[i];
        if (hidden.ids.has(id) && this.#isHidden(id, bytes.subarray(window.starts[i], window.ends[i]))) isFound = true;
        addToken(tokens, id, window.starts[i], window.ends[i]);
      }
      return !isFound && !isOver();
    };
    const isWhole = await this.#encodeWith(this.#library, bytes, span, { take, restart });
    if (!isFound) return isWhole;
    restart();
    const { library, idOf } = this.#variant(hidden.texts);
    const takeVariant: Reader['take'] = (window, first, last) => {
      for (let i = first; i < last; i++) {
        const id = window.ids[i];
        addToken(tokens, idOf.get(id) ?? id, window.starts[i], window.ends[i]);
      }
      return !isOver();
    };
    return await this.#encodeWith(library, bytes, span, { take: takeVariant, restart });
  }

  has(id: number): boolean {
    return this.textOf(id) !== undefined;
  }

  isSpecial(id: number): boolean {
    return this.#specialIds.has(id);
  }

  isUnknown(id: number): boolean {
    return id === this.#unknown?.id;
  }

  textOf(id: number): string | undefined {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const text = this.#library.idToToken(id);
    // Ids that there are not could be any number.
    if (text === null) return undefined;
    this.#texts.set(id, text);
    return text;
  }

  /**
   * The text of tokens, all of which there are, as the library gives it: no clean-up but what the file's decoder does.
   * @throws RequestError `output_too_large` beyond `maxBytes`
   */
  async decode(ids: readonly number[], skipSpecial: boolean, maxBytes: number): Promise<string> {
    let bytes = 0;
    for (const id of ids) bytes += (this.textOf(id) ?? '').length;
    // A byte of a text has a character in the name of a token; more than that is not worth beginning.
    if (bytes > 2 * maxBytes) throw tooMuchText(bytes, maxBytes);
    const text = await this.#asked(() => this.#library.decode([...ids], skipSpecial));
    const length = Buffer.byteLength(text);
    if (length > maxBytes) throw tooMuchText(length, maxBytes);
    return text;
  }

  async #encodeWith(
    library: Library,
    bytes: Uint8Array,
    span: Span,
    taker: Pick<Reader, 'take' | 'restart'>,
  ): Promise<boolean> {
    const wantsWords = span.to - span.from > WINDOW_BYTES;
    const encode = (part: Span) => this.#asked(() => encodeWith(library, bytes, part, wantsWords));
    const weighsWords = this.about.kind === 'Unigram';
    return await encodeInWindows(bytes, span, { encode, weighsWords, ...taker });
  }

  #hidden(allowed: AllowedTokens): ReadonlySet<string> {
    if (allowed === 'all') return new Set();
    const { specialTokens, unflaggedTokens } = this.about;
    if (allowed === undefined) return new Set(specialTokens.map(({ text }) => text));
    const shown = new Set(allowed);
    const all = [...specialTokens, ...unflaggedTokens].map(({ text }) => text);
    return new Set(all.filter((text) => !shown.has(text)));
  }

  /** Whether a token that is not allowed stands in the text as such. The unknown one mostly stands for something else. */
  #isHidden(id: number, place: Uint8Array): boolean {
    if (id !== this.#unknown?.id) return true;
    const plain = (text: string) => text.normalize('NFKC').toLowerCase();
    return plain(Buffer.from(place).toString()).includes(plain(this.#unknown.text));
  }

  #variant(hidden: ReadonlySet<string>): Variant {
    const key = JSON.stringify([...hidden]);
    const variant = this.#variants.get(key) ?? this.#makeVariant(hidden);
    this.#variants.delete(key);
    for (const oldest of this.#variants.keys()) {
      if (this.#variants.size < MAX_VARIANTS) break;
      this.#variants.delete(oldest);
    }
    this.#variants.set(key, variant);
    return variant;
  }

  #makeVariant(hidden: ReadonlySet<string>): Variant {
    const library = this.#load(hidden);
    // The library numbers added tokens that are not in the vocabulary anew.
    const idOf = new Map<number, number>();
    const { specialTokens, unflaggedTokens } = this.about;
    for (const { text } of [...specialTokens, ...unflaggedTokens]) {
      const [own, id] = [library.tokenToId(text), this.#library.tokenToId(text)];
      if (own !== null && id !== null && own !== id) idOf.set(own, id);
    }
    return { library, idOf };
  }

  #load(hidden?: ReadonlySet<string>): Library {
    const { path, bytes, modifiedMs } = this.#file;
    const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (size !== bytes || mtimeMs !== modifiedMs) throw this.#unusable('its file has changed since the start');
    try {
      const library =
        hidden === undefined
          ? Library.fromFile(path)
          : Library.fromString(plainVariant(readFileSync(path, 'utf8'), hidden));
      // What a file stores of these is for batches in training.
      library.disablePadding();
      library.disableTruncation();
      return library;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw this.#unusable(reason.replace('Error loading from file', ''));
    }
  }

  /** @throws RequestError for what the library cannot do with this file */
  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RequestError) throw error;
      throw this.#unusable(error instanceof Error ? error.message : String(error));
    }
  }

  #unusable(reason: string): RequestError {
    const detail = `the tokenizer ${this.about.name} cannot be used for this: ${reason}`;
    return new RequestError('invalid_option', detail, { pointer: '/tokenizer' });
  }
}
