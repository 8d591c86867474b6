/** What a run and each of its steps tell beside their numbers. */
import { formulaOf } from '../attention/formulas.ts';
import type { Stage } from '../attention/plan.ts';
import type { RowStatistics } from '../attention/result.ts';
import { effectiveKeys, meanPerHead } from '../attention/statistics.ts';
import { firstOfEachName, type StepPlan } from '../attention/step-plan.ts';
import {
  isScoreMatrix,
  STEP_NAMES,
  type Step,
  type StepName,
  type Subject,
  stepNumbers,
  stepShape,
} from '../attention/steps.ts';
import type { RunTimings } from '../pool/run-job.ts';
import type { RunOpened } from '../requests/opened.ts';
import type { Plan, StepMessage, Summary } from './protocol.ts';

export function planOf({ plan, subjects, kernel, words, labels }: RunOpened): Plan {
  const [subject] = subjects;
  const { problem } = subject;
  const { detail, parts } = plan;
  const [{ tiles }] = parts;
  const order = (name: StepName) => STEP_NAMES.indexOf(name);
  return {
    detail,
    steps: plan.total,
    kernel,
    scale: problem.scale,
    sizes: {
      batch: problem.batch,
      heads: plan.numHeads,
      key_heads: parts.reduce((sum, { numKeyHeads }) => sum + numKeyHeads, 0),
      queries: problem.queryLength,
      keys: problem.keyLength,
      head_dim: problem.headDim,
      value_dim: problem.valueDim,
    },
    ...(tiles !== undefined && { tile: { rows: tiles.rows, keys: tiles.keys } }),
    ...(words !== undefined && {
      words: {
        tokens: [...words.tokens],
        heads: [...words.heads],
        ...(words.context && { context: [...words.context] }),
      },
    }),
    ...labels,
    names: firstOfEachName(plan)
      .sort((a, b) => order(a.name) - order(b.name))
      .map((step) => {
        const { text, tex } = formulaOf(subject, detail, step.name);
        return { name: step.name, shape: stepShape(subject, detail, step), formula: text, tex };
      }),
  };
}

/** What names take in memory, about: characters of two bytes, and what a text is beside them. */
export function namesBytes({ query_labels = [], key_labels = [], head_labels = [] }: RunOpened['labels']): number {
  return [query_labels, key_labels, head_labels].flat().reduce((sum, name) => sum + 2 * name.length + TEXT_BYTES, 0);
}
const TEXT_BYTES = 24;

/** What the places of steps take in memory. */
export function planBytes({ parts }: StepPlan): number {
  const starts = parts.reduce(
    (numbers, { batchStarts, tiles }) =>
      numbers + batchStarts.length + 3 * (tiles?.blocks ?? []).reduce((n, { starts }) => n + starts.length, 0),
    0,
  );
  return 8 * starts;
}

/** The members of a step's message but type, id and data, as JSON without its braces; the same for all viewers. */
export function aboutStep(
  subject: Subject,
  { detail, parts }: StepPlan,
  step: Step,
  { run, ms }: { run: string; ms: number },
): { about: string; shape: number[] } {
  const shape = stepShape(subject, detail, step);
  const { text, tex } = formulaOf(subject, detail, step.name);
  const isOne = detail !== 'whole';
  const hasHead = (isOne || parts.length > 1) && step.name !== 'result';
  const isQueryRow = detail === 'row' && step.name !== 'k' && step.name !== 'v';
  const isBlock = step.tile !== undefined || (detail === 'tile' && step.name === 'z');
  const members: Omit<StepMessage, 'type' | 'id' | 'data' | 'binary'> = {
    run,
    seq: step.seq,
    name: step.name,
    ...(isOne && subject.axes.batch && { batch: step.batchStart }),
    ...(hasHead && { head: parts[step.part].firstHead + step.headStart }),
    ...(isQueryRow && { row: step.rowStart }),
    ...(isBlock && { rows: [step.rowStart, step.rowEnd] }),
    ...(step.tile !== undefined && { tile: { index: step.tile.index, keys: [step.keyStart, step.keyEnd] } }),
    shape,
    formula: text,
    tex,
    ms: Math.round(ms * 1e4) / 1e4,
  };
  return { about: JSON.stringify(members).slice(1, -1), shape };
}

/** Means over the rows of each head that see a key, by batch entry and head; heads of all problems stand side by side. */
function statisticsOf(subjects: readonly Subject[]): Summary['stats'] {
  const perHead = (perRow: (stats: RowStatistics) => Float64Array) => {
    const [{ problem: first }] = subjects;
    return Array.from({ length: first.batch }, (_, entry) =>
      subjects.flatMap(({ problem, result }) => {
        if (result.stats === undefined) throw new Error('a run has no statistics');
        const means = meanPerHead(problem, result.stats, perRow(result.stats));
        return [...means.subarray(entry * problem.numHeads, (entry + 1) * problem.numHeads)];
      }),
    );
  };
  return {
    entropy: perHead(({ entropy }) => entropy),
    max_weight: perHead(({ maxWeight }) => maxWeight),
    effective_keys: perHead(effectiveKeys),
    mean_distance: perHead(({ distance }) => distance),
  };
}

/** What a run came to. */
export function summaryOf(
  subjects: readonly Subject[],
  { total: steps }: StepPlan,
  { decode, stages, total }: RunTimings,
): Summary {
  const timings = { decode, compute: stages.reduce((sum, ms) => sum + ms, 0), total };
  return { steps, stats: statisticsOf(subjects), timings };
}

/**
 * What a step has of the thread time of the stages that computed it for all rows, in ms, by its share of the numbers.
 * @param stageMs of each stage so far
 */
export function shareOf(
  subject: Subject,
  step: Step,
  { stages, stageMs }: { stages: readonly Stage[]; stageMs: readonly number[] },
): number {
  const { problem, projection, result } = subject;
  const time = (isOwn: (stage: Stage) => boolean) =>
    stages.reduce((sum, stage, i) => sum + (isOwn(stage) ? (stageMs[i] ?? 0) : 0), 0);
  const rows = problem.batch * problem.queryLength;
  const numbers = stepNumbers(subject, step);
  if (step.name === 'z') {
    const own = time((stage) => (stage.kind === 'attend' || stage.kind === 'merge') && stage.result === result);
    return (own * numbers) / (rows * problem.numHeads * problem.valueDim);
  }
  if (projection === undefined || isScoreMatrix(step.name) || step.tile !== undefined) return 0;
  if (step.name === 'result') return ((stageMs[stages.length - 1] ?? 0) * numbers) / (rows * projection.columns);
  const keys = problem.batch * problem.keyLength * problem.numKeyHeads * (problem.headDim + problem.valueDim);
  return ((stageMs[0] ?? 0) * numbers) / (rows * problem.numHeads * problem.headDim + keys);
}
