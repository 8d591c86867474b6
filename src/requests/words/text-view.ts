/** An answer over text for people: as lines for a terminal, and as a picture. */
import type { Floats } from '../../tensor/tensor.ts';
import { lookedAt } from '../../text/focus.ts';
import { heatMap } from '../../text/heat-map.ts';
import { isolated } from '../../text/label.ts';
import { rankedList, workedSteps } from '../../text/ranking.ts';
import { averageOf } from '../../text/statistics.ts';
import { matrixTable } from '../../text/table.ts';
import { wrapped } from '../../text/wrapped.ts';
import type { HeadAnswer, TextAnswer } from './text-answer.ts';

/** Tables of the mean over heads and of each head, as far as `outputs` asks for them; of a focus, its list and its steps. */
export function printedText(answer: TextAnswer): string {
  const { heads, outputs, meta } = answer;
  const { rows, columns } = wordsOf(answer);
  const table = (weights: Floats) => matrixTable({ rows, columns, weights });
  const order = meta.is_causal ? ', each word sees those before it only' : '';
  const self = meta.exclude_self ? ', no word looks at itself' : '';
  const parts = [
    `${titleOf(answer.subjects.map(isolated))}\n`,
    `${wrapped(`${meta.preset}: softmax(score / ${meta.temperature})${order}${self}`)}\n`,
    ...heads.map(({ name, builtFrom }) => `${wrapped(`${name}, ${builtFrom}`)}\n`),
  ];
  const isSingle = heads.length === 1;
  if (outputs.includes('weights') || (isSingle && outputs.includes('heads'))) {
    parts.push(`${isSingle ? '' : `the mean of ${heads.length} heads\n\n`}${table(meanOf(heads))}`);
  }
  if (!isSingle && outputs.includes('heads')) {
    parts.push(...heads.map((head) => `the head ${head.name}\n\n${table(weightsOf(head))}`));
  }
  return [...parts, ...focusParts(answer)].join('\n');
}

/** A heat map: of the head, or of several side by side; of their mean when `outputs` asks for weights and not for heads. */
export function pictureOfText(answer: TextAnswer): string {
  const { heads, outputs } = answer;
  const isMean = heads.length > 1 && outputs.includes('weights') && !outputs.includes('heads');
  const panels = isMean
    ? [{ name: `the mean of ${heads.length} heads`, weights: meanOf(heads) }]
    : heads.map((head) => ({ name: head.name, weights: weightsOf(head) }));
  return heatMap({ title: titleOf(answer.subjects), ...wordsOf(answer), panels, focus: answer.focus });
}

function titleOf([looking, seen]: readonly string[]): string {
  return seen === undefined ? `Attention in “${looking}”` : `“${looking}” looks at “${seen}”`;
}

/** The words that look, and those that are looked at. */
export function wordsOf({ tokens, contextTokens }: TextAnswer): { rows: string[]; columns: string[] } {
  const texts = (list: TextAnswer['tokens']) => list.map(({ text }) => text);
  return { rows: texts(tokens), columns: texts(contextTokens ?? tokens) };
}

export function weightsOf({ result }: HeadAnswer): Floats {
  if (result.weights === undefined) throw new Error('the weights of a picture were not computed');
  return result.weights;
}

function focusParts({ focus, heads, tokens, contextTokens }: TextAnswer): string[] {
  if (focus === undefined) return [];
  const word = tokens[focus].text;
  const keys = contextTokens ?? tokens;
  const mean = meanOf(heads);
  const looked = heads.map((head) => ({
    head,
    words: lookedAt(focus, { problem: head.problem, weights: weightsOf(head), keys }),
  }));
  const ranked = looked[0].words.map((seen) => ({ ...seen, weight: mean[focus * keys.length + seen.position] }));
  const steps = looked.map(({ head, words }) => {
    const heading = heads.length > 1 ? `the head ${head.name}\n\n` : '';
    return `${heading}${workedSteps(word, words, head.problem.scale)}`;
  });
  return [rankedList(word, ranked), ...steps];
}

function meanOf(heads: readonly HeadAnswer[]): Floats {
  return averageOf(heads.map(weightsOf));
}
