import { ENCODINGS } from '../bpe/encodings.ts';
import { aboutEncoding, BpeTokenizer } from '../bpe/tokenizer.ts';
import type { Tokenizer, TokenizerAbout } from './tokenizer.ts';
import { WordTokenizer } from './word-tokenizer.ts';

export const DEFAULT_TOKENIZER = 'o200k_base';

const words = new WordTokenizer();

/** Names that are taken, aliases too. */
export const BUILT_IN: ReadonlySet<string> = new Set([
  words.about.name,
  ...ENCODINGS.flatMap(({ name, aliases }) => [name, ...aliases]),
]);

/** What there is to know of the tokenizers that come with the service. Vocabularies are not read for it. */
export function aboutBuiltIn(): TokenizerAbout[] {
  return [words.about, ...ENCODINGS.map(aboutEncoding)];
}

/** The tokenizers that come with the service, of one thread, each made when it is first asked for. */
export class TokenizerSet {
  readonly #makers = new Map<string, () => Tokenizer>();
  readonly #made = new Map<string, Tokenizer>([[words.about.name, words]]);
  readonly #aliases = new Map<string, string>();

  constructor() {
    for (const encoding of ENCODINGS) {
      this.#makers.set(encoding.name, () => new BpeTokenizer(encoding));
      for (const alias of encoding.aliases) this.#aliases.set(alias, encoding.name);
    }
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
}
