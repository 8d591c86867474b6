/** An answer of tensors for people: as lines for a terminal, and as a picture. */
import { heatMap, MAX_PANELS } from '../../text/heat-map.ts';
import type { HeatMapPanel } from '../../text/heat-map-description.ts';
import { isolated, shownLabel } from '../../text/label.ts';
import { type LookedAt, rankedList, workedSteps } from '../../text/ranking.ts';
import { matrixTable } from '../../text/table.ts';
import type { TensorAnswer } from './tensor-answer.ts';
import { shownNames } from './tensor-names.ts';

/** Columns that the name of a head may take. */
const MAX_NAME = 60;

/** A matrix of weights of the answer: of a head of a batch entry, or of the mean over its heads. */
export interface TensorPanel extends HeatMapPanel {
  /** Its number in the answer. */
  index: number;
}

/** Tables of the weights of each head; of a focus, what it looks at, and the arithmetic where that is softmax(q·k). */
export function printedTensors(answer: TensorAnswer): string {
  const { rows, columns } = shownNames(answer.names, answer.problem);
  const { panels, omitted } = panelsOfTensors(answer);
  const heading = ({ name }: TensorPanel) => (panels.length > 1 ? `${isolated(shownLabel(name, MAX_NAME))}\n\n` : '');
  const parts = [
    `${titleOf(answer)}\n`,
    ...panels.map((panel) => `${heading(panel)}${matrixTable({ rows, columns, weights: panel.weights })}`),
    ...panels.flatMap((panel) => focusParts(answer, panel).map((part) => `${heading(panel)}${part}`)),
  ];
  if (omitted > 0) parts.push(`${omitted} more heads are left out\n`);
  return parts.join('\n');
}

/** A heat map of the weights: of the head, or of several side by side. */
export function pictureOfTensors(answer: TensorAnswer): string {
  const { rows, columns } = shownNames(answer.names, answer.problem);
  return heatMap({ title: titleOf(answer), rows, columns, ...panelsOfTensors(answer), focus: answer.names.focus });
}

/** The weights of the first heads of all batch entries, or of the mean over the heads of each entry. */
export function panelsOfTensors({ names, problem, result }: TensorAnswer): { panels: TensorPanel[]; omitted: number } {
  const { batch, numHeads, queryLength, keyLength } = problem;
  const { weights } = result;
  if (weights === undefined) throw new Error('the weights of a picture were not computed');
  const size = queryLength * keyLength;
  const isMean = numHeads > 1 && weights.length === batch * size;
  const perEntry = isMean ? 1 : numHeads;
  const nameOf = (head: number) => (isMean ? `the mean of ${numHeads} heads` : (names.heads?.[head] ?? `head ${head}`));
  const panels = Array.from({ length: Math.min(MAX_PANELS, batch * perEntry) }, (_, index) => {
    const name = nameOf(index % perEntry);
    return {
      index,
      name: batch > 1 ? `entry ${Math.floor(index / perEntry)}, ${name}` : name,
      weights: weights.subarray(index * size, (index + 1) * size),
    };
  });
  return { panels, omitted: batch * perEntry - panels.length };
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
