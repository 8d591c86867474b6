/** A small request of tensors, worked out to the last sum. */
import { weightedSum, workedSteps } from '../../text/ranking.ts';
import { matrixTable } from '../../text/table.ts';
import type { TensorAnswer } from '../tensors/tensor-answer.ts';
import { shownNames } from '../tensors/tensor-names.ts';
import { lookedAtBy, panelsOfTensors } from '../tensors/tensor-view.ts';

/** For each head a table of its weights; for each query its steps, where the answer has scores, and its weighted sum. */
export function workedTensors(answer: TensorAnswer): string {
  const { rows, columns } = shownNames(answer.names, answer.problem);
  const { panels } = panelsOfTensors(answer);
  const parts = panels.flatMap(({ name, weights }, head) => [
    `${panels.length > 1 ? `${name}\n\n` : ''}${matrixTable({ rows, columns, weights })}`,
    ...rows.flatMap((row, i) => {
      const own = Array.from(columns, (_, j) => weights[i * columns.length + j]);
      const sum = `From the weights of "${row}" to its output\n\n${weightedSum(own, valuesOf(answer, head))}`;
      if (answer.result.scores === undefined) return [sum];
      return [workedSteps(row, lookedAtBy(answer, { panel: head, row: i }, columns), answer.problem.scale), sum];
    }),
  ]);
  return parts.join('\n');
}

function valuesOf({ problem }: TensorAnswer, head: number): number[][] {
  const { value, numHeads, numKeyHeads, keyLength, valueDim } = problem;
  const first = Math.floor((head * numKeyHeads) / numHeads) * value.headStride;
  return Array.from({ length: keyLength }, (_, row) => {
    const start = first + row * value.rowStride;
    return Array.from(value.data.subarray(start, start + valueDim));
  });
}
