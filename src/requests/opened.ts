/** What came of reading a request. */
import type { Stage } from '../attention/plan.ts';
import type { StepLimits, StepPlan, Stepping } from '../attention/step-plan.ts';
import type { Subject } from '../attention/steps.ts';
import type { AnswerPlan } from './answer.ts';
import type { WrittenAnswer } from './request.ts';
import type { HandedOver } from './request-memory.ts';
import type { RunLabels, RunWords } from './run-labels.ts';

/** A small request, which is answered in one go. Times are in ms. */
export interface Answered extends WrittenAnswer {
  kind: 'answered';
  decodeMs: number;
  computeMs: number;
  encodeMs: number;
  /** What was computed. */
  multiplyAdds: number;
}

/** A request that is still to be computed and written. */
export interface Planned {
  kind: 'planned';
  stages: Stage[];
  answer: AnswerPlan;
  /** Whether writing the answer keeps a thread busy for more than a few slices. */
  writesLong: boolean;
  memory: HandedOver;
  decodeMs: number;
  /** What is to be computed. */
  multiplyAdds: number;
}

/** How a run is to be stepped through. */
export type RunSettings = Stepping & StepLimits;

/** A run that is understood: what to compute, what its viewers see, and how many steps there are. */
export interface RunOpened {
  stages: Stage[];
  subjects: readonly Subject[];
  plan: StepPlan;
  /** Where the problem is one of words. */
  words: RunWords | undefined;
  labels: RunLabels;
  kernel: string;
  memory: HandedOver;
  /** Whether the body must be kept with it. */
  readsBody: boolean;
  decodeMs: number;
  /** What is to be computed, without its steps. */
  multiplyAdds: number;
  /** Thread time of each stage, when all of them are done already. */
  stageMs: number[] | undefined;
}
