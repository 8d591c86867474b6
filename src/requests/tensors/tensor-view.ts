/** An answer of tensors for people: as lines for a terminal, and as a picture. */
import { heatMap, MAX_PANELS } from '../../text/heat-map.ts';
import type { HeatMapPanel } from '../../text/heat-map-description.ts';
import { type LookedAt, rankedList, workedSteps } from '../../text/ranking.ts';
import { matrixTable } from '../../text/table.ts';
import type { TensorAnswer } from './tensor-answer.ts';
import { shownNames } from './tensor-names.ts';

/** A matrix of weights of the answer: of a head of a batch entry, or of the mean over its heads. */
export interface TensorPanel extends HeatMapPanel {
  /** Its number in the answer. */
  index: number;
}

/** Tables of the weights of each head; of a focus, what it looks at, and the arithmetic where that is softmax(q·k). */
export function printedTensors(answer: TensorAnswer): string {
  const { rows, columns } = shownNames(answer.names, answer.problem);
  const all = panelsOfTensors(answer);
  const shown = all.slice(0, MAX_PANELS);
  const heading = ({ name }: TensorPanel) => (all.length > 1 ? `${name}\n\n` : '');
  const parts = [
    `${titleOf(answer)}\n`,
    ...shown.map((panel) => `${heading(panel)}${matrixTable({ rows, columns, weights: panel.weights })}`),
    ...shown.flatMap((panel) => focusParts(answer, panel).map((part) => `${heading(panel)}${part}`)),
  ];
  if (all.length > shown.length) parts.push(`${all.length - shown.length} more heads are left out\n`);
  return parts.join('\n');
}

/** A heat map of the weights: of the head, or of several side by side. */
export function pictureOfTensors(answer: TensorAnswer): string {
  const { rows, columns } = shownNames(answer.names, answer.problem);
  return heatMap({ title: titleOf(answer), rows, columns, panels: panelsOfTensors(answer), focus: answer.names.focus });
}

/** The weights of each head of each batch entry, or of the mean over the heads of each entry. */
export function panelsOfTensors({ names, problem, result }: TensorAnswer): TensorPanel[] {
  const { batch, numHeads, queryLength, keyLength } = problem;
  const { weights } = result;
  if (weights === undefined) throw new Error('the weights of a picture were not computed');
  const size = queryLength * keyLength;
  const isMean = numHeads > 1 && weights.length === batch * size;
  const heads = isMean ? [`the mean of ${numHeads} heads`] : shownNames(names, problem).heads;
  return Array.from({ length: batch * heads.length }, (_, index) => {
    const name = heads[index % heads.length];
    return {
      index,
      name: batch > 1 ? `entry ${Math.floor(index / heads.length)}, ${name}` : name,
      weights: weights.subarray(index * size, (index + 1) * size),
    };
  });
}

function titleOf({ problem: { batch, numHeads, queryLength, keyLength } }: TensorAnswer): string {
  const counted = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;
  const heads = numHeads > 1 ? `, ${numHeads} heads` : '';
  const entries = batch === 1 ? '' : `, batch of ${batch}`;
  return `Attention of ${counted(queryLength, 'query', 'queries')} to ${counted(keyLength, 'key', 'keys')}${heads}${entries}`;
}

function focusParts(answer: TensorAnswer, panel: TensorPanel): string[] {
  const { names, problem, result } = answer;
  const { focus } = names;
  if (focus === undefined) return [];
  const { rows, columns } = shownNames(names, problem);
  if (result.scores === undefined) {
    const start = focus * problem.keyLength;
    const seen = columns.map((text, position) => ({ position, text, weight: panel.weights[start + position] }));
    return [rankedList(rows[focus], seen)];
  }
  const seen = lookedAtBy(answer, { panel: panel.index, row: focus }, columns);
  return [rankedList(rows[focus], seen), workedSteps(rows[focus], seen, problem.scale)];
}

/** What a row looks at, with the three steps that led there; of answers that have their scores. */
export function lookedAtBy(
  { problem, result }: TensorAnswer,
  { panel, row }: { panel: number; row: number },
  columns: readonly string[],
): LookedAt[] {
  const { scores, maskedScores = scores, weights } = result;
  if (scores === undefined || maskedScores === undefined || weights === undefined) {
    throw new Error('the scores of worked steps were not computed');
  }
  const start = (panel * problem.queryLength + row) * problem.keyLength;
  return columns.map((text, position) => {
    const at = start + position;
    const score = scores[at] / problem.scale;
    return { position, text, score, scaledScore: maskedScores[at], weight: weights[at] };
  });
}
