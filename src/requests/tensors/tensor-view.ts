/** The answer to a small request of tensors for people; names of rows and columns come from whoever made the request. */
import type { HeatMapPanel } from '../../text/heat-map-description.ts';
import { type LookedAt, weightedSum, workedSteps } from '../../text/ranking.ts';
import { matrixTable } from '../../text/table.ts';
import type { TensorAnswer } from './tensor-answer.ts';

/** Names of queries and keys. */
export interface Labels {
  rows: readonly string[];
  columns: readonly string[];
}

/** The weights of each head of the first batch entry. */
export function panelsOfTensors({ problem, result }: TensorAnswer): HeatMapPanel[] {
  const { numHeads, queryLength, keyLength } = problem;
  const { weights } = result;
  if (weights === undefined) throw new Error('the weights of a picture were not computed');
  const size = queryLength * keyLength;
  return Array.from({ length: numHeads }, (_, head) => ({
    name: `head ${head + 1}`,
    weights: weights.subarray(head * size, (head + 1) * size),
  }));
}

/** For each head a table of its weights; for each query its steps, where the answer has scores, and its weighted sum. */
export function printedTensors(answer: TensorAnswer, { rows, columns }: Labels): string {
  const panels = panelsOfTensors(answer);
  const parts = panels.flatMap(({ name, weights }, head) => [
    `${panels.length > 1 ? `${name}\n\n` : ''}${matrixTable({ rows, columns, weights })}`,
    ...rows.flatMap((row, i) => {
      const own = Array.from(columns, (_, j) => weights[i * columns.length + j]);
      const place = { head, row: i };
      const sum = `From the weights of "${row}" to its output\n\n${weightedSum(own, valuesOf(answer, head))}`;
      return answer.result.scores === undefined
        ? [sum]
        : [workedSteps(row, lookedAtBy(answer, place, columns), answer.problem.scale), sum];
    }),
  ]);
  return parts.join('\n');
}

function lookedAtBy(
  { problem, result }: TensorAnswer,
  { head, row }: { head: number; row: number },
  columns: readonly string[],
): LookedAt[] {
  const { scores, maskedScores = scores, weights } = result;
  if (scores === undefined || maskedScores === undefined || weights === undefined) {
    throw new Error('the scores of worked steps were not computed');
  }
  const start = (head * problem.queryLength + row) * problem.keyLength;
  return columns.map((text, position) => {
    const at = start + position;
    const score = scores[at] / problem.scale;
    return { position, text, score, scaledScore: maskedScores[at], weight: weights[at] };
  });
}

function valuesOf({ problem }: TensorAnswer, head: number): number[][] {
  const { value, numHeads, numKeyHeads, keyLength, valueDim } = problem;
  const first = Math.floor((head * numKeyHeads) / numHeads) * value.headStride;
  return Array.from({ length: keyLength }, (_, row) => {
    const start = first + row * value.rowStride;
    return Array.from(value.data.subarray(start, start + valueDim));
  });
}
