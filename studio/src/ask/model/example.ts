/** Attentions to begin with, made by arithmetic and by no model: in each head one rule says which words are looked at. */
import type { Attentions } from './attentions.ts';

const TOKENS = ['[CLS]', 'the', 'cat', 'sl', '##eeps', 'where', 'the', 'cat', 'sl', '##ept', '.', '[SEP]'];
const LENGTH = TOKENS.length;

/** How much a word draws, before softmax. */
type Rule = (query: number, key: number) => number;

const before: Rule = (query, key) => (key === query - 1 ? 6 : 0);
const next: Rule = (query, key) => (key === query + 1 ? 6 : 0);
const itself: Rule = (query, key) => (key === query ? 6 : 0);
const first: Rule = (_, key) => (key === 0 ? 5 : 0);
const last: Rule = (_, key) => (key === LENGTH - 1 ? 5 : 0);
const near: Rule = (query, key) => -((query - key) ** 2) / 4;
const even: Rule = () => 0;
const same: Rule = (query, key) => (key !== query && TOKENS[key] === TOKENS[query] ? 6 : key === 0 ? 3 : 0);
/** What followed the same word before: the pattern that is called induction. */
const followed: Rule = (query, key) =>
  key > 0 && key <= query && TOKENS[key - 1] === TOKENS[query] ? 6 : key === 0 ? 3 : 0;
const wordMates: Rule = (query, key) =>
  (TOKENS[query].startsWith('##') && key === query - 1) || (TOKENS[key].startsWith('##') && key === query + 1) ? 6 : 0;
const past =
  (rule: Rule): Rule =>
  (query, key) =>
    key > query ? Number.NEGATIVE_INFINITY : rule(query, key);

const RULES: readonly (readonly Rule[])[] = [
  [itself, before, next, even],
  [near, wordMates, past(near), before],
  [same, past(before), past(even), wordMates],
  [followed, past(first), same, first],
  [last, followed, past(first), even],
];

const HEADS = RULES[0].length;

function weights(rule: Rule): Float32Array {
  const values = new Float32Array(LENGTH * LENGTH);
  for (let query = 0; query < LENGTH; query++) {
    const parts = TOKENS.map((_, key) => Math.exp(rule(query, key)));
    const sum = parts.reduce((total, part) => total + part, 0);
    values.set(
      parts.map((part) => part / sum),
      query * LENGTH,
    );
  }
  return values;
}

export function exampleAttentions(): Attentions {
  const heads = RULES.map((layer) => layer.map(weights));
  return {
    id: 'example',
    name: 'an example',
    layers: RULES.length,
    batch: 1,
    heads: HEADS,
    rows: LENGTH,
    keys: LENGTH,
    tokens: [{ queries: TOKENS, keys: TOKENS }],
    note: undefined,
    read: async ({ layer, head }, from, to) => heads[layer][head].slice(from * LENGTH, to * LENGTH),
  };
}
