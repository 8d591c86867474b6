/** A request over vectors and its answer → what the lesson shows. */
import type { TensorAnswer, TensorQuestion } from './asked.ts';
import { listOf, matricesOf } from './numbers.ts';
import type { TensorHead, TensorPart } from './part.ts';

export function tensorPart({ name, body }: TensorQuestion, answer: TensorAnswer): TensorPart {
  const heads = headsOf(body, answer);
  const [{ weights }] = heads;
  const numbered = (what: string, count: number) => Array.from({ length: count }, (_, i) => `${what} ${i + 1}`);
  return {
    is: 'tensors',
    name,
    title: name.replaceAll('_', ' '),
    heads,
    queries: answer.query_labels ?? numbered('query', weights.rows),
    keys: answer.key_labels ?? numbered('key', weights.columns),
    scale: answer.meta.scale,
    shift: shiftOf(body.attn_mask),
  };
}

function headsOf(body: TensorQuestion['body'], answer: TensorAnswer): TensorHead[] {
  const [query, key, value] = [body.query, body.key, body.value].map(matricesOf);
  const scores = answer.masked_scores ?? answer.scores;
  const [scoreMatrices, weights, output] = [scores ?? [[]], answer.weights, answer.output].map(matricesOf);
  return weights.map((own, head): TensorHead => {
    /** Numbers of the rows of this head. */
    const ofRows = (rows: unknown) =>
      rows === undefined ? undefined : listOf(rows).subarray(head * own.rows, (head + 1) * own.rows);
    return {
      title: weights.length > 1 ? (answer.head_labels?.[head] ?? `head ${head + 1}`) : undefined,
      query: query[head],
      key: key[head],
      value: value[head],
      scores: scores === undefined ? undefined : scoreMatrices[head],
      weights: own,
      output: output[head],
      entropy: ofRows(answer.stats?.entropy),
      effectiveKeys: ofRows(answer.stats?.effective_keys),
    };
  });
}

function shiftOf(mask: unknown): number | undefined {
  if (mask === undefined || mask === null) return undefined;
  const [first, ...others] = listOf(mask);
  return others.every((one) => one === first) ? first : undefined;
}
