import { EMPTY_ROW } from './empty-row.ts';
import type { PartialRows } from './merge.ts';
import type { AttentionProblem } from './problem.ts';

/** The max and Σ exp(score − max) of a row of a head that has seen no key yet: a sink is there before them. */
export function startOfRow({ sinks }: AttentionProblem, head: number): { max: number; sum: number } {
  const sink = sinks?.[head] ?? EMPTY_ROW.max;
  return { max: sink, sum: sink === EMPTY_ROW.max ? EMPTY_ROW.sum : 1 };
}

/**
 * The sink of a head as what rows would have seen in one more range of keys: one key, its score the sink, its value 0. Merged
 * into rows when all their keys are in, once, it is counted as any key, whatever kernel computed them and however they were
 * cut; −∞ is no sink. (GPT-OSS; StreamingLLM, Xiao et al. 2023; "softmax-off-by-one" is a sink of 0.)
 */
export function sinkRows(problem: AttentionProblem, head: number, rows: number): PartialRows | undefined {
  if (problem.sinks === undefined) return undefined;
  const { max, sum } = startOfRow(problem, head);
  if (sum === EMPTY_ROW.sum) return undefined;
  const { valueDim, precision } = problem;
  return {
    output: precision === 'float64' ? new Float64Array(valueDim) : new Float32Array(valueDim),
    outputOffset: 0,
    outputStride: 0,
    max: new Float64Array(rows).fill(max),
    sum: new Float64Array(rows).fill(sum),
    rowOffset: 0,
  };
}
