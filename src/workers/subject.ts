/** What a request computes → what its viewers see. */
import type { Stage } from '../attention/plan.ts';
import type { AttentionResult, Memory } from '../attention/result.ts';
import { allocateStatistics } from '../attention/result.ts';
import type { Subject } from '../attention/steps.ts';
import { RequestError } from '../errors.ts';
import type { OpenedRequest } from './open.ts';

/**
 * The stages that a run computes and the subject of its steps: the answer's own plan, but for what an answer tells beside
 * the output. Statistics are always computed: the summary of a run shows them.
 */
export function watched(
  { stages, answer, rotated = false }: OpenedRequest,
  memory: Memory,
): {
  stages: Stage[];
  subject: Subject;
  kernel: string;
} {
  if (answer.kind === 'text') throw new RequestError('invalid_option', 'text is not watched', { pointer: '/kind' });
  const { problem } = answer;
  const result: AttentionResult = {
    ...answer.result,
    weights: undefined,
    scores: undefined,
    maskedScores: undefined,
    stats: allocateStatistics(memory, problem.batch * problem.numHeads * problem.queryLength),
  };
  const products = stages.filter((stage) => stage.kind === 'product').flatMap((stage) => stage.products);
  const out = products.find(({ into }) => into.data === answer.output.data);
  const input = products.find((product) => product !== out);
  const projection = out && {
    data: out.into.data,
    columns: out.columns,
    inputBias: input?.bias !== undefined,
    outputBias: out.bias !== undefined,
  };
  const { rank } = answer;
  const axes = out
    ? { batch: rank === 3, head: true, row: true }
    : { batch: rank >= 4, head: rank >= 3, row: rank >= 2 };
  const wanted = { weights: false, averageWeights: false, scores: false, maskedScores: false, stats: true };
  const own: Stage[] = [];
  for (const stage of stages) {
    if (stage.kind === 'explain') continue;
    own.push(stage.kind === 'attend' || stage.kind === 'merge' ? { ...stage, result } : stage);
    const isLast = stage.kind === 'merge' || (stage.kind === 'attend' && stage.grid.splits === 1);
    if (isLast) own.push({ kind: 'explain', problem, result, wanted, grid: stage.grid });
  }
  return { stages: own, subject: { problem, result, projection, axes, rotated }, kernel: answer.kernel };
}

/** Whether the run reads its body after it was opened: binary tensors stay where they came. */
export function readsBody(stages: readonly Stage[], body: Uint8Array): boolean {
  const isBody = (value: unknown): boolean => {
    if (ArrayBuffer.isView(value)) return value.buffer === body.buffer;
    return typeof value === 'object' && value !== null && Object.values(value).some(isBody);
  };
  return stages.some(isBody);
}
