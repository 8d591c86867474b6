/** A tokenizer.json in which some added tokens are no tokens any more, so that what looks like them in a text is plain text. */
import { randomUUID } from 'node:crypto';

interface TokenizerParts {
  added_tokens?: { content: string }[] | null;
  model: {
    vocab: Record<string, number> | [string, number][];
    merges?: (string | [string, string])[];
    unk_token?: string | null;
    unk_id?: number | null;
    continuing_subword_prefix?: string | null;
  };
}

/**
 * The text of the file without the added tokens of `hidden`. Some models have them in their vocabulary as well, and would
 * find them again: there they go, too, but for the unknown one, which is the answer to much.
 */
export function plainVariant(text: string, hidden: ReadonlySet<string>): string {
  const json: TokenizerParts = JSON.parse(text);
  const { model } = json;
  json.added_tokens = json.added_tokens?.filter(({ content }) => !hidden.has(content));
  const unknown = Array.isArray(model.vocab) ? model.vocab[model.unk_id ?? -1]?.[0] : model.unk_token;
  const isHidden = (word: string) => word !== unknown && hidden.has(word);
  if (model.merges !== undefined) {
    model.merges = model.merges.filter((merge) => !merged(merge, model.continuing_subword_prefix ?? '').some(isHidden));
  }
  // Ids of a list are places in it, so there a word only becomes one that no text has.
  model.vocab = Array.isArray(model.vocab)
    ? model.vocab.map(([word, score]): [string, number] => [isHidden(word) ? randomUUID() : word, score])
    : Object.fromEntries(Object.entries(model.vocab).filter(([word]) => !isHidden(word)));
  return JSON.stringify(json);
}

/** What a merge joins, and what it makes. */
function merged(merge: string | [string, string], prefix: string): [string, string, string] {
  const [left, right] = typeof merge === 'string' ? merge.split(' ') : merge;
  return [left, right, left + (right.startsWith(prefix) ? right.slice(prefix.length) : right)];
}
