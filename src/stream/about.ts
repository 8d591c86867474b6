/** What a run and each of its steps tell beside their numbers. */
import { formulaOf } from '../attention/formulas.ts';
import { firstOfEachName } from '../attention/step-plan.ts';
import { type Detail, STEP_NAMES, type Step, type StepName, type Subject, stepShape } from '../attention/steps.ts';
import type { RunOpened } from '../workers/tasks.ts';
import type { Plan, StepMessage } from './protocol.ts';

export function planOf({ plan, subject, kernel }: RunOpened): Plan {
  const { problem } = subject;
  const { detail } = plan;
  const order = (name: StepName) => STEP_NAMES.indexOf(name);
  return {
    detail,
    steps: plan.total,
    kernel,
    scale: problem.scale,
    sizes: {
      batch: problem.batch,
      heads: problem.numHeads,
      keyHeads: problem.numKeyHeads,
      queries: problem.queryLength,
      keys: problem.keyLength,
      headDim: problem.headDim,
      valueDim: problem.valueDim,
    },
    ...(plan.tiles !== undefined && { tile: { rows: plan.tiles.rows, keys: plan.tiles.keys } }),
    names: firstOfEachName(plan)
      .sort((a, b) => order(a.name) - order(b.name))
      .map((step) => {
        const { text, tex } = formulaOf(subject, detail, step.name);
        return { name: step.name, shape: stepShape(subject, detail, step), formula: text, tex };
      }),
  };
}

/** The members of a step's message but type, id and data, as JSON without its braces; the same for all viewers. */
export function aboutStep(
  subject: Subject,
  detail: Detail,
  step: Step,
  { run, ms }: { run: string; ms: number },
): { about: string; shape: number[] } {
  const shape = stepShape(subject, detail, step);
  const { text, tex } = formulaOf(subject, detail, step.name);
  const isOne = detail !== 'whole';
  const isQueryRow = detail === 'row' && step.name !== 'k' && step.name !== 'v';
  const isBlock = step.tile !== undefined || (detail === 'tile' && step.name === 'z');
  const members: Omit<StepMessage, 'type' | 'id' | 'data' | 'binary'> = {
    run,
    seq: step.seq,
    name: step.name,
    ...(isOne && subject.axes.batch && { batch: step.batchStart }),
    ...(isOne && step.name !== 'result' && { head: step.headStart }),
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
