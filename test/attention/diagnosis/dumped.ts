/** A dump as a test needs it: what is right stands in it, and what was given. */
import { allocateDiagnosis, type Diagnosis } from '../../../src/attention/diagnosis/diagnosis.ts';
import type { Dump } from '../../../src/attention/diagnosis/dump.ts';
import type { FloatProblem } from '../../../src/attention/problem.ts';
import { type Floats, headsOf } from '../../../src/tensor/tensor.ts';
import { plainMemory } from '../solve.ts';

/** @param given [B, H, Lq, dv]; what is right is all 0 */
export function dumpOf(problem: FloatProblem, given: Floats): Dump {
  const { batch, numHeads, queryLength, valueDim } = problem;
  return {
    problem,
    pastLength: 0,
    turn: undefined,
    projections: undefined,
    paddingMasks: 0,
    given: { output: given, weights: undefined, lse: undefined, scores: undefined },
    right: headsOf(new Float64Array(given.length), [batch, numHeads, queryLength, valueDim]),
  };
}

export function diagnosisOf(dump: Dump): Diagnosis {
  const tolerance = { rtol: 0, atol: 1e-6 };
  return allocateDiagnosis(dump, { format: 'float32', tolerance, budgetMs: 0 }, plainMemory);
}
