/** Has the library read all of a file but its vocabulary, which takes a millisecond where that takes half a second. */
import { Tokenizer } from 'tokenizers';
import { type TokenizerJson, WrongTokenizerError } from './file.ts';

/** What the tokenizer puts around a text. */
export interface Around {
  before: readonly number[];
  after: readonly number[];
}

/** The only token of the model that stands in for the file's own; no vocabulary has so many. */
const UNKNOWN = { text: '[UNK]', id: 4_000_000_000 } as const;
/** One of these is text to every normalizer. */
const PROBES = ['a', 'A', '1', '.', '天', 'ا'];

/**
 * The tokens that a file's post_processor puts around a text.
 * @throws WrongTokenizerError for components that the library does not know
 */
export async function tokensAround(json: TokenizerJson, path: string): Promise<Around> {
  const { added_tokens, normalizer, pre_tokenizer, post_processor, decoder } = json;
  const model = { type: 'WordLevel', vocab: { [UNKNOWN.text]: UNKNOWN.id }, unk_token: UNKNOWN.text };
  const parts = { added_tokens: [], normalizer, pre_tokenizer, post_processor, decoder, model };
  try {
    for (const component of ['normalizer', 'pre_tokenizer', 'post_processor', 'decoder'] as const) {
      readParts({ ...empty, model, [component]: json[component] ?? null }, component);
    }
    readParts({ ...empty, model, added_tokens }, 'added_tokens');
    return await around(readParts({ ...empty, ...parts }, 'it'));
  } catch (error) {
    throw new WrongTokenizerError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const empty = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
};

function readParts(parts: Record<string, unknown>, what: string): Tokenizer {
  try {
    return Tokenizer.fromString(JSON.stringify(parts));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/ at line \d+ column \d+$/, '') : String(error);
    throw new Error(`${what} is not one that the library knows: ${reason}`);
  }
}

async function around(tokenizer: Tokenizer): Promise<Around> {
  for (const probe of PROBES) {
    const ids = (await tokenizer.encode(probe, null, { addSpecialTokens: true })).getIds();
    const first = ids.indexOf(UNKNOWN.id);
    const last = ids.lastIndexOf(UNKNOWN.id);
    if (first < 0) continue;
    if (ids.slice(first, last).every((id) => id === UNKNOWN.id)) {
      return { before: ids.slice(0, first), after: ids.slice(last + 1) };
    }
  }
  throw new Error('its post_processor changes the tokens of a text, which is not offered');
}
