import { ENCODINGS } from '../bpe/encodings.ts';
import { aboutEncoding, BpeTokenizer } from '../bpe/tokenizer.ts';
import type { TokenizerFile } from '../hugging-face/file.ts';
import { HuggingFaceTokenizer } from '../hugging-face/tokenizer.ts';
import type { Tokenizer, TokenizerAbout } from './tokenizer.ts';
import { WordTokenizer } from './word-tokenizer.ts';

export const DEFAULT_TOKENIZER = 'o200k_base';

const words = new WordTokenizer();

/** Names that are taken, aliases too. */
export const BUILT_IN: ReadonlySet<string> = new Set([
  words.about.name,
  ...ENCODINGS.flatMap(({ name, aliases }) => [name, ...aliases]),
]);

/** The tokenizers of one thread, each made when it is first asked for. */
export class TokenizerSet {
  readonly #makers = new Map<string, () => Tokenizer>();
  readonly #made = new Map<string, Tokenizer>([[words.about.name, words]]);
  readonly #aliases = new Map<string, string>();

  constructor(files: readonly TokenizerFile[]) {
    for (const encoding of ENCODINGS) {
      this.#makers.set(encoding.name, () => new BpeTokenizer(encoding));
      for (const alias of encoding.aliases) this.#aliases.set(alias, encoding.name);
    }
    for (const file of files) this.#makers.set(file.name, () => new HuggingFaceTokenizer(file));
  }

  get names(): string[] {
    return [words.about.name, ...this.#makers.keys(), ...this.#aliases.keys()];
  }

  /** The tokenizer of a name or alias; undefined when there is none. */
  get(name: string): Tokenizer | undefined {
    const own = this.#aliases.get(name) ?? name;
    const made = this.#made.get(own) ?? this.#makers.get(own)?.();
    if (made !== undefined) this.#made.set(own, made);
    return made;
  }

  /**
   * What there is to know of all. Files are read for it; vocabularies of encodings are not.
   * @throws Error that names a file which is no tokenizer
   */
  describe(): TokenizerAbout[] {
    const encodings = new Map(ENCODINGS.map((encoding) => [encoding.name, encoding]));
    return [words.about.name, ...this.#makers.keys()].map((name) => {
      const encoding = encodings.get(name);
      if (encoding !== undefined) return aboutEncoding(encoding);
      try {
        return this.get(name)?.about ?? words.about;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`the tokenizer ${name} of TOKENIZERS_DIR cannot be used: ${reason}`, { cause: error });
      }
    });
  }
}
