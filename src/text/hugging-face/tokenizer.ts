import { Tokenizer as PackageTokenizer } from '@huggingface/tokenizers';
import { RequestError } from '../../errors.ts';
import { addToken, type TokenList } from '../tokenize/token-list.ts';
import {
  type Pace,
  type SpecialToken,
  type Stop,
  type Tokenizer,
  type TokenizerAbout,
  type TokenizerKind,
  tooMuchText,
} from '../tokenize/tokenizer.ts';
import { readTokenizerFile, type TokenizerFile, type TokenizerJson } from './file.ts';
import { type NormalizedText, normalizedText } from './normalized-text.ts';
import { type Place, placesOf, type Surface, wordsIn } from './token-places.ts';

/** What is used of the package. Its own declarations cannot be resolved by Node's rules for modules. */
interface Engine {
  normalizer: { normalize(text: string): string } | null;
  encode(text: string, options: { add_special_tokens: boolean }): { ids: (number | undefined)[]; tokens: string[] };
  decode(ids: readonly number[], options: { skip_special_tokens: boolean }): string;
  id_to_token(id: number): string | undefined;
}

/** The package reads a text in one go, and hands its tokens on as arguments of a call: longer ones would end that. */
const MAX_TEXT_BYTES = 64 * 1024;
/** Texts from here on take more than a few slices. */
const LONG_TEXT_BYTES = 4 * 1024;
/** Larger values of model_max_length mean that there is none. */
const MAX_LENGTH = 2 ** 31 - 1;

/**
 * A Hugging Face tokenizer.json, run by @huggingface/tokenizers. The package gives no places; they are found again in the
 * normalized text, and are not known where the normalizer hides them.
 */
export class HuggingFaceTokenizer implements Tokenizer {
  readonly about: TokenizerAbout;
  readonly #engine: Engine;
  readonly #json: TokenizerJson;
  readonly #special: ReadonlyMap<number, string>;
  readonly #unknown: ReadonlySet<number>;
  readonly #byteOf: ReadonlyMap<string, number> | undefined;
  readonly #prepended: string;

  /** @throws Error for a file that is no tokenizer */
  constructor(file: TokenizerFile) {
    const { json, config } = readTokenizerFile(file);
    // Clients decide what is special, so the package is not told; decoding changes nothing that the file does not ask for.
    const settings = { ...config, clean_up_tokenization_spaces: config.clean_up_tokenization_spaces ?? false };
    const whole = { ...emptyComponents, ...json };
    const special = json.added_tokens.filter((token) => token.special);
    this.#special = new Map(special.map(({ id, content }) => [id, content]));
    this.#json = json;
    this.#engine = new PackageTokenizer(withoutSpecial(whole), settings);
    this.#byteOf = uses(json, 'ByteLevel') ? byteLevelAlphabet() : undefined;
    this.#prepended = prependedBy(json.normalizer);
    this.#unknown = unknownIds(json);
    const { before, after } = this.#around(new PackageTokenizer(whole, settings));
    const kind = kindOf(json);
    const length = config.model_max_length;
    this.about = {
      name: file.name,
      aliases: [],
      kind,
      vocabularySize: vocabularySize(json),
      reversible: this.#byteOf !== undefined && (json.normalizer ?? null) === null && !addsSpace(json),
      specialTokens: special.map(({ id, content }): SpecialToken => ({ id, text: content })),
      before,
      after,
      maxTokens: typeof length === 'number' && length > 0 && length <= MAX_LENGTH ? length : null,
      maxTextBytes: MAX_TEXT_BYTES,
    };
  }

  encode(bytes: Uint8Array, from: number, to: number, tokens: TokenList, pace: Pace): Stop {
    if (to - from > MAX_TEXT_BYTES) {
      const detail = `the tokenizer ${this.about.name} takes texts of up to ${MAX_TEXT_BYTES} bytes, and this one has ${to - from}`;
      throw new RequestError('text_too_long', detail, { pointer: '/text' });
    }
    if (to - from >= LONG_TEXT_BYTES && !pace.mayBeLong) return { at: from, needsLong: true };
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString();
    const { ids, tokens: names } = this.#engine.encode(text, { add_special_tokens: false });
    const places = this.#places(text, ids, names);
    for (const [i, id] of ids.entries()) {
      const place = places[i];
      if (place === undefined) addToken(tokens, id ?? -1, -1, -1);
      else addToken(tokens, id ?? -1, from + place.start, from + place.end);
    }
    return { at: to, needsLong: false };
  }

  has(id: number): boolean {
    return this.textOf(id) !== undefined;
  }

  isSpecial(id: number): boolean {
    return this.#special.has(id);
  }

  isUnknown(id: number): boolean {
    return this.#unknown.has(id);
  }

  textOf(id: number): string | undefined {
    return this.#special.get(id) ?? this.#engine.id_to_token(id);
  }

  decode(ids: readonly number[], maxBytes: number): string {
    if (ids.length > MAX_TEXT_BYTES) {
      const detail = `the tokenizer ${this.about.name} takes up to ${MAX_TEXT_BYTES} ids`;
      throw new RequestError('text_too_long', detail, { pointer: '/ids' });
    }
    let bytes = 0;
    for (const id of ids) bytes += (this.textOf(id) ?? '').length;
    if (bytes > maxBytes) throw tooMuchText(bytes, maxBytes);
    // Special tokens are not known to the package: the text between them is its own.
    let text = '';
    let run: number[] = [];
    const flush = () => {
      if (run.length > 0) text += this.#engine.decode(run, { skip_special_tokens: false });
      run = [];
    };
    for (const id of ids) {
      const special = this.#special.get(id);
      if (special === undefined || this.#unknown.has(id)) run.push(id);
      else {
        flush();
        text += special;
      }
    }
    flush();
    return text;
  }

  /** What the tokenizer puts around a text, found by what it puts around one. */
  #around(whole: Engine): { before: readonly number[]; after: readonly number[] } {
    const probe = 'a';
    const bare = whole.encode(probe, { add_special_tokens: false }).ids;
    const all = whole.encode(probe, { add_special_tokens: true }).ids;
    for (let start = 0; start + bare.length <= all.length; start++) {
      if (bare.every((id, i) => all[start + i] === id)) {
        const known = (ids: (number | undefined)[]) => ids.filter((id) => id !== undefined);
        return { before: known(all.slice(0, start)), after: known(all.slice(start + bare.length)) };
      }
    }
    throw new Error('its post_processor changes the tokens of a text, which is not offered');
  }

  #places(text: string, ids: readonly (number | undefined)[], names: readonly string[]): readonly Place[] {
    const normalizer = this.#engine.normalizer;
    const normalized = normalizedText(
      text,
      normalizer === null ? undefined : { normalize: (part) => normalizer.normalize(part), prepended: this.#prepended },
    );
    if (normalized === undefined) return [];
    const surfaces = names.map((name, i) => this.#surface(name, ids[i]));
    const places = placesOf(surfaces, normalized, { from: 0, to: normalized.bytes.length });
    return places.includes(undefined) ? (this.#placesByWord(normalized, ids) ?? places) : places;
  }

  /** Word by word, where the tokens of the words are those of the text: then an unknown one hides no more than its word. */
  #placesByWord(text: NormalizedText, ids: readonly (number | undefined)[]): Place[] | undefined {
    const places: Place[] = [];
    for (const range of wordsIn(text)) {
      const word = Buffer.from(text.bytes.subarray(range.from, range.to)).toString().trimStart();
      const own = this.#engine.encode(word, { add_special_tokens: false });
      if (own.ids.some((id, i) => ids[places.length + i] !== id)) return undefined;
      places.push(
        ...placesOf(
          own.tokens.map((name, i) => this.#surface(name, own.ids[i])),
          text,
          range,
        ),
      );
    }
    return places.length === ids.length ? places : undefined;
  }

  /** The bytes of the normalized text that a token stands for. */
  #surface(name: string, id: number | undefined): Surface {
    if (id === undefined || this.#unknown.has(id)) return 'unknown';
    const byteOf = this.#byteOf;
    if (byteOf !== undefined) {
      const bytes = [...name].map((character) => byteOf.get(character));
      return bytes.includes(undefined) ? 'unknown' : Uint8Array.from(bytes.map(Number));
    }
    const { byte_fallback, continuing_subword_prefix: prefix, end_of_word_suffix: suffix } = this.#json.model;
    const byte = byte_fallback ? /^<0x([0-9A-F]{2})>$/.exec(name)?.[1] : undefined;
    if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
    let shown = name;
    if (prefix && shown.length > prefix.length && shown.startsWith(prefix)) shown = shown.slice(prefix.length);
    if (suffix && shown.endsWith(suffix)) shown = shown.slice(0, -suffix.length);
    return Buffer.from(shown.replaceAll('\u2581', ' '));
  }
}

const emptyComponents = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };

/** The tokenizer as it reads text in which special tokens are plain text. The unknown one stays: it is the answer to much. */
function withoutSpecial(json: TokenizerJson): TokenizerJson {
  const { model } = json;
  const unknown = Array.isArray(model.vocab) ? model.vocab[model.unk_id ?? -1]?.[0] : model.unk_token;
  const isHidden = new Set(
    json.added_tokens.filter(({ special, content }) => special && content !== unknown).map(({ content }) => content),
  );
  const added_tokens = json.added_tokens.filter(({ special }) => !special);
  // Ids of a list are positions, so there a name is only made one that no text has.
  const vocab = Array.isArray(model.vocab)
    ? model.vocab.map(([name, score]): [string, number] =>
        isHidden.has(name) ? [`\u0000${name}`, score] : [name, score],
      )
    : Object.fromEntries(Object.entries(model.vocab).filter(([name]) => !isHidden.has(name)));
  return { ...json, added_tokens, post_processor: null, model: { ...model, vocab } };
}

function kindOf({ model }: TokenizerJson): TokenizerKind {
  if (model.type !== undefined) return model.type;
  if (Array.isArray(model.vocab)) return 'Unigram';
  return 'merges' in model ? 'BPE' : 'WordPiece';
}

function vocabularySize({ model, added_tokens }: TokenizerJson): number {
  const ids = Array.isArray(model.vocab) ? [model.vocab.length - 1] : Object.values(model.vocab);
  let largest = -1;
  for (const id of ids) largest = Math.max(largest, id);
  for (const { id } of added_tokens) largest = Math.max(largest, id);
  return largest + 1;
}

function unknownIds({ model, added_tokens }: TokenizerJson): ReadonlySet<number> {
  if (Array.isArray(model.vocab)) return new Set(typeof model.unk_id === 'number' ? [model.unk_id] : []);
  const name = model.unk_token;
  if (typeof name !== 'string') return new Set();
  const id = model.vocab[name] ?? added_tokens.find(({ content }) => content === name)?.id;
  return new Set(id === undefined ? [] : [id]);
}

/** Whether a component of this type is anywhere in the tokenizer. */
function uses({ pre_tokenizer, decoder }: TokenizerJson, type: string): boolean {
  return JSON.stringify([pre_tokenizer, decoder]).includes(`"type":"${type}"`);
}

function addsSpace({ pre_tokenizer }: TokenizerJson): boolean {
  return JSON.stringify(pre_tokenizer ?? null).includes('"add_prefix_space":true');
}

/** What the Prepend in a normalizer puts before a text. */
function prependedBy(normalizer: TokenizerJson['normalizer']): string {
  const parts = normalizer?.type === 'Sequence' ? normalizer.normalizers : [normalizer];
  if (!Array.isArray(parts)) return '';
  const texts = parts.filter((part) => part?.type === 'Prepend').map((part) => String(part.prepend));
  return texts.join('');
}

/** GPT-2's alphabet of bytes: those that print stand for themselves, the others for characters from U+0100 on. */
function byteLevelAlphabet(): ReadonlyMap<string, number> {
  const byteOf = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const prints = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    byteOf.set(String.fromCharCode(prints ? byte : next++), byte);
  }
  return byteOf;
}
