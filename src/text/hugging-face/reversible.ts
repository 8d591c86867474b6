import { byteLevelText } from './alphabet.ts';
import type { TokenizerJson, TokenizerShape } from './file.ts';
import type { Around } from './probe.ts';

/**
 * Whether the library gives back every text from the tokens of it: true only of byte-level tokenizers that have a token for
 * each byte and that neither change, drop nor add anything on the way.
 */
export function isReversible({ kind, json, vocabulary }: TokenizerShape, { before, after }: Around): boolean {
  const { model } = json;
  return (
    before.length + after.length === 0 &&
    (json.normalizer ?? null) === null &&
    json.decoder?.type === 'ByteLevel' &&
    splitsOnly(json.pre_tokenizer) &&
    vocabulary.hasAllBytes &&
    kind === 'BPE' &&
    !model.dropout &&
    !model.continuing_subword_prefix &&
    !model.end_of_word_suffix &&
    json.added_tokens.every(({ content, lstrip, rstrip }) => !lstrip && !rstrip && content === byteLevelText(content))
  );
}

/** Whether a pre_tokenizer does nothing but cut, and write bytes as characters once, at its end. */
function splitsOnly(preTokenizer: TokenizerJson['pre_tokenizer']): boolean {
  if (preTokenizer?.type !== 'Sequence') return isByteLevel(preTokenizer);
  const parts = preTokenizer.pretokenizers;
  if (!Array.isArray(parts)) return false;
  return isByteLevel(parts.at(-1)) && parts.slice(0, -1).every(cutsOnly);
}

function isByteLevel(part: TokenizerJson['pre_tokenizer']): boolean {
  return part?.type === 'ByteLevel' && part.add_prefix_space === false;
}

function cutsOnly(part: TokenizerJson['pre_tokenizer']): boolean {
  if (part?.type === 'Digits') return true;
  return (
    (part?.type === 'Split' || part?.type === 'Punctuation') &&
    part.behavior !== undefined &&
    part.behavior !== 'Removed'
  );
}
