/** What a request computes → what its viewers see. */

import type { Stage } from '../attention/plan.ts';
import { floatProblem } from '../attention/problem.ts';
import { type AttentionResult, allocateStatistics } from '../attention/result.ts';
import type { Subject } from '../attention/steps.ts';
import type { Memory } from '../tensor/memory.ts';
import type { OpenedRequest } from './open-context.ts';
import type { RunLabels, RunWords } from './run-labels.ts';
import type { TensorAnswer } from './tensors/tensor-answer.ts';
import { wireNames } from './tensors/tensor-names.ts';
import type { TextAnswer } from './words/text-answer.ts';

/** A request as its viewers see it. */
export interface Watched {
  stages: Stage[];
  subjects: Subject[];
  kernel: string;
  words: RunWords | undefined;
  labels: RunLabels;
}

/**
 * The stages that a run computes and the subjects of its steps: the answer's own plan, but for what an answer tells beside
 * the output. Statistics are always computed: the summary of a run shows them.
 */
export function watched(
  { stages, answer, rotated = false }: OpenedRequest<TensorAnswer | TextAnswer>,
  memory: Memory,
): Watched {
  const subjects = answer.kind === 'text' ? subjectsOfText(answer) : [subjectOf(answer, stages, rotated)];
  const results = new Map<AttentionResult, AttentionResult>();
  for (const subject of subjects) {
    const { batch, numHeads, queryLength } = subject.problem;
    const stats = allocateStatistics(memory, batch * numHeads * queryLength);
    const result = { ...subject.result, weights: undefined, scores: undefined, maskedScores: undefined, stats };
    results.set(subject.result, result);
    subject.result = result;
  }
  return { stages: withStatistics(stages, results), subjects, ...aboutOf(answer) };
}

function subjectOf({ problem, result, output, rank }: TensorAnswer, stages: Stage[], rotated: boolean): Subject {
  const products = stages.filter((stage) => stage.kind === 'product').flatMap((stage) => stage.products);
  const out = products.find(({ into }) => into.data === output.data);
  const input = products.find((product) => product !== out);
  const projection = out && {
    data: out.into.data,
    columns: out.columns,
    inputBias: input?.bias !== undefined,
    outputBias: out.bias !== undefined,
  };
  const axes = out
    ? { batch: rank === 3, head: true, row: true }
    : { batch: rank >= 4, head: rank >= 3, row: rank >= 2 };
  return { problem: floatProblem(problem), result, projection, axes, rotated };
}

/** Each head of a text is a problem of its own: their queries and keys differ in width. */
function subjectsOfText({ heads }: TextAnswer): Subject[] {
  const axes = { batch: false, head: false, row: true };
  return heads.map(({ problem, result }) => ({ problem, result, projection: undefined, axes, rotated: false }));
}

function aboutOf(answer: TensorAnswer | TextAnswer): Pick<Watched, 'kernel' | 'words' | 'labels'> {
  if (answer.kind !== 'text') {
    const { kernel, names } = answer;
    return { kernel, words: undefined, labels: { ...wireNames(names), ...focusOf(names) } };
  }
  const texts = (tokens: TextAnswer['tokens']) => tokens.map(({ text }) => text);
  const { tokens, contextTokens, heads, focus, meta } = answer;
  const words = {
    tokens: texts(tokens),
    context: contextTokens && texts(contextTokens),
    heads: heads.map(({ name }) => name),
  };
  return { kernel: meta.kernel, words, labels: focusOf({ focus }) };
}

function focusOf({ focus }: { focus?: number | undefined }): Pick<RunLabels, 'focus'> {
  return focus === undefined ? {} : { focus };
}

/** The stages with other results, and statistics in place of what an answer would explain. */
function withStatistics(stages: readonly Stage[], results: ReadonlyMap<AttentionResult, AttentionResult>): Stage[] {
  const wanted = { weights: false, averageWeights: false, scores: false, maskedScores: false, stats: true };
  const own: Stage[] = [];
  for (const stage of stages) {
    if (stage.kind === 'explain') continue;
    if (stage.kind !== 'attend' && stage.kind !== 'merge') {
      own.push(stage);
      continue;
    }
    const { problem, grid } = stage;
    const result = results.get(stage.result) ?? stage.result;
    own.push({ ...stage, result });
    if (stage.kind === 'merge' || grid.splits === 1) own.push({ kind: 'explain', problem, result, wanted, grid });
  }
  return own;
}

/** Whether the run reads its body after it was opened: binary tensors stay where they came. */
export function readsBody(stages: readonly Stage[], body: Uint8Array): boolean {
  const isBody = (value: unknown): boolean => {
    if (ArrayBuffer.isView(value)) return value.buffer === body.buffer;
    return typeof value === 'object' && value !== null && Object.values(value).some(isBody);
  };
  return stages.some(isBody);
}
