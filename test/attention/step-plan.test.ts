import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateResult } from '../../src/attention/result.ts';
import { nextStep, type StepFilter } from '../../src/attention/step-filter.ts';
import { planSteps, stepAt } from '../../src/attention/step-plan.ts';
import { DETAILS, STEP_NAMES, type Step, type Subject, stepNumbers, stepShape } from '../../src/attention/steps.ts';
import { headsOf } from '../../src/tensor/tensor.ts';
import { problems } from './problems.ts';
import { everything, plainMemory } from './solve.ts';

const limits = { maxSteps: 1_000_000, maxStepNumbers: 1e9 };

/** Small ones: of tiles of one number a large problem has a million steps, and each of them is looked at. */
const subjects = fc
  .record({ problem: problems({ small: true }), hasResult: fc.boolean() })
  .map(({ problem, hasResult }): Subject => {
    const { batch, numHeads, queryLength, valueDim } = problem;
    const shape = [batch, numHeads, queryLength, valueDim] as const;
    const output = headsOf(new Float32Array(batch * numHeads * queryLength * valueDim), shape);
    const result = allocateResult(problem, everything, { output, splits: 1, memory: plainMemory });
    const data = new Float32Array(batch * queryLength * 3);
    return {
      problem,
      result,
      projection: hasResult ? { data, columns: 3, inputBias: false, outputBias: false } : undefined,
      axes: { batch: true, head: true, row: true },
      rotated: false,
    };
  });
const steppings = fc.record({
  detail: fc.constantFrom(...DETAILS),
  tileRows: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  tileKeys: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
});
const filters = fc.record({
  steps: fc.option(
    fc.subarray([...STEP_NAMES], { minLength: 1 }).map((names) => new Set(names)),
    { nil: undefined },
  ),
  heads: fc.option(
    fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }).map((heads) => new Set(heads)),
    { nil: undefined },
  ),
  rows: fc.option(
    fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1 }).map((rows) => rows.sort((a, b) => a - b)),
    { nil: undefined },
  ),
});

/** All steps by asking for each; the plan's own arithmetic is held to what follows from their order. */
function all(subject: Subject, stepping: Parameters<typeof planSteps>[1], parts = 1): Step[] {
  const plan = planSteps(new Array<Subject>(parts).fill(subject), stepping, limits);
  return Array.from({ length: plan.total }, (_, i) => stepAt(plan, i + 1));
}

describe('the plan of steps', () => {
  it('covers every number of every step once', () => {
    fc.assert(
      fc.property(subjects, steppings, (subject, stepping) => {
        const { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim } = subject.problem;
        const total = (name: string) =>
          all(subject, stepping)
            .filter((step) => step.name === name)
            .reduce((sum, step) => sum + stepNumbers(subject, step), 0);
        expect(total('q')).toBe(batch * numHeads * queryLength * headDim);
        expect(total('k')).toBe(batch * numKeyHeads * keyLength * headDim);
        expect(total('v')).toBe(batch * numKeyHeads * keyLength * valueDim);
        expect(total('z')).toBe(batch * numHeads * queryLength * valueDim);
        expect(total('result')).toBe(subject.projection === undefined ? 0 : batch * queryLength * 3);
        const matrix = batch * numHeads * queryLength * keyLength;
        for (const name of ['attn_scores', 'scaled', 'pattern'])
          expect(total(name)).toBe(stepping.detail === 'tile' ? 0 : matrix);
      }),
      { numRuns: 40 },
    );
  });

  it('gives each step a shape that holds its numbers', () => {
    fc.assert(
      fc.property(subjects, steppings, (subject, stepping) => {
        for (const step of all(subject, stepping)) {
          const shape = stepShape(subject, stepping.detail, step);
          expect(shape.reduce((count, dim) => count * dim, 1)).toBe(stepNumbers(subject, step));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('walks the tiles of each block of rows from its first visible key to its last, without gap', () => {
    fc.assert(
      fc.property(subjects, steppings, (subject, stepping) => {
        let before: Step | undefined;
        for (const step of all(subject, { ...stepping, detail: 'tile' })) {
          if (step.name !== 'tile_scores') continue;
          const { index = 0 } = step.tile ?? {};
          if (index > 0) expect(step.keyStart).toBe(before?.keyEnd);
          expect(step.keyEnd).toBeGreaterThan(step.keyStart);
          before = step;
        }
      }),
      { numRuns: 40 },
    );
  });

  it('finds with a filter what looking at every step finds', () => {
    fc.assert(
      fc.property(
        subjects,
        steppings,
        filters,
        fc.integer({ min: 1, max: 3 }),
        (subject, stepping, filter: StepFilter, parts) => {
          const plan = planSteps(new Array<Subject>(parts).fill(subject), stepping, limits);
          const found: number[] = [];
          let at = 0;
          while (at < plan.total) {
            const next = nextStep(plan, filter, at);
            if ('found' in next) found.push(next.found.seq);
            at = 'found' in next ? next.found.seq : next.passed;
          }
          const group = subject.problem.numHeads / subject.problem.numKeyHeads;
          const passes = (step: Step) => {
            const { detail } = stepping;
            const isKeys = step.name === 'k' || step.name === 'v';
            if (filter.steps !== undefined && !filter.steps.has(step.name)) return false;
            // With several problems, a whole step is one of the heads of its own.
            const first = step.part * subject.problem.numHeads;
            const own = (count: number) =>
              Array.from(
                { length: (step.headEnd - step.headStart) * count },
                (_, i) => first + step.headStart * count + i,
              );
            const heads = own(isKeys ? group : 1);
            const byHead = (detail !== 'whole' || parts > 1) && step.name !== 'result';
            if (byHead && filter.heads !== undefined && !heads.some((head) => filter.heads?.has(head))) return false;
            const byRow = (detail === 'row' || detail === 'tile') && !isKeys;
            return (
              !byRow ||
              filter.rows === undefined ||
              filter.rows.some((row) => row >= step.rowStart && row < step.rowEnd)
            );
          };
          expect(found).toEqual(
            all(subject, stepping, parts)
              .filter(passes)
              .map(({ seq }) => seq),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
