import fc from 'fast-check';
import { describe, it } from 'vitest';
import { formulaOf } from '../../src/attention/formulas.ts';
import { visibleKeys } from '../../src/attention/positions.ts';
import { type Block, type FloatProblem, keyHeadOf, slopeOf } from '../../src/attention/problem.ts';
import {
  type Detail,
  type Step,
  type StepName,
  type Subject,
  scoreSteps,
  TILE_STEPS,
} from '../../src/attention/steps.ts';
import { rowStartOf } from '../../src/kernels/kernel.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { StepRunner } from '../../src/kernels/step-runner.ts';
import { problems } from '../attention/problems.ts';
import { outputOnly, solve } from '../attention/solve.ts';
import { meaningOf, type Scope, wordsOfTex } from './formula-meaning.ts';
import { expectNear } from './near.ts';

const reference = createReferenceKernel();
const runner = new StepRunner(reference, reference);

/** A row of a problem, and what its viewers would see of it. */
const watched = fc.tuple(problems({ small: true }), fc.nat(), fc.nat(), fc.nat()).map(([problem, batch, head, row]) => {
  const subject: Subject = {
    problem,
    result: solve(problem, reference, { wanted: outputOnly }),
    projection: undefined,
    axes: { batch: true, head: true, row: true },
    rotated: false,
  };
  const place = { batch: batch % problem.batch, head: head % problem.numHeads, row: row % problem.queryLength };
  return { subject, place };
});
type Place = { batch: number; head: number; row: number };

/** The numbers of one step for one query row. */
function rowOf(subject: Subject, name: StepName, { batch, head, row }: Place, columns: number): Float64Array {
  const data = new Float64Array(columns);
  const part: Block = { batch, head, rowStart: row, rowEnd: row + 1, keyStart: 0, keyEnd: subject.problem.keyLength };
  runner.part(subject, { name, seq: 1 }, part, { data, offset: 0, rowStride: columns });
  return data;
}

function scopeOf(problem: FloatProblem, { batch, head, row }: Place, rows: Scope['rows']): Scope {
  const keyHead = keyHeadOf(problem, head);
  const start = (view: FloatProblem['query'], h: number, i: number) => rowStartOf(view, batch, h, i);
  const entries = (kind: 'additive' | 'boolean', j: number) =>
    problem.masks
      .filter((mask) => mask.kind === kind)
      .map(({ data, strides: [b, h, i, s] }) => data[batch * b + head * h + row * i + j * s]);
  return {
    rows,
    numbers: { i: row, offset: problem.offsets[batch], slope: slopeOf(problem, batch, head) },
    sink: problem.sinks?.[head] ?? Number.NEGATIVE_INFINITY,
    keys: problem.keyLength,
    query: problem.query.data.subarray(
      start(problem.query, head, row),
      start(problem.query, head, row) + problem.headDim,
    ),
    key: (j) =>
      problem.key.data.subarray(start(problem.key, keyHead, j), start(problem.key, keyHead, j) + problem.headDim),
    value: (j, x) => problem.value.data[start(problem.value, keyHead, j) + x],
    attnMask: (j) => entries('additive', j).reduce((total, entry) => total + entry, 0),
    maskAllows: (j) => entries('boolean', j).every((entry) => entry === 1),
    keyIsPadding: (j) => j >= problem.keyLengths[batch],
    queryIsPadding: row >= problem.queryLengths[batch],
  };
}

/** Text and TeX of a formula against the numbers of the step, wherever something is seen. */
function expectMeaning(
  subject: Subject,
  detail: Detail,
  name: StepName,
  scope: (x: number) => Scope,
  got: ArrayLike<number>,
) {
  const { text, tex } = formulaOf(subject, detail, name);
  for (const words of [text, wordsOfTex(tex)]) {
    const meaning = meaningOf(words);
    for (let n = 0; n < got.length; n++) {
      const want = meaning(scope(n), n, n);
      // TeX leaves out what stands behind the comma of the text: the rows that see nothing.
      if (words !== text && Number.isNaN(want)) continue;
      expectNear(got[n], want, { what: `${words} [${n}]` });
    }
  }
}

describe('the formula of every step', () => {
  it('agrees with its numbers, before and behind the softmax', () => {
    fc.assert(
      fc.property(watched, ({ subject, place }) => {
        const { problem } = subject;
        const rows: Record<string, Float64Array> = {};
        for (const name of [...scoreSteps(problem), 'pattern', 'z'] as const) {
          rows[name] = rowOf(subject, name, place, name === 'z' ? problem.valueDim : problem.keyLength);
          const scope = scopeOf(problem, place, rows);
          expectMeaning(subject, 'row', name, () => scope, rows[name]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('agrees with its numbers, tile by tile', () => {
    fc.assert(
      fc.property(watched, fc.integer({ min: 1, max: 9 }), ({ subject, place }, keys) => {
        const { problem } = subject;
        const { batch, head, row } = place;
        const { start, end } = visibleKeys(problem, batch, row);
        const last = scoreSteps(problem).at(-1) ?? 'scaled';
        const scores = rowOf(subject, last, place, problem.keyLength);
        const sink = problem.sinks?.[head] ?? Number.NEGATIVE_INFINITY;
        let before: Tile = {
          running_max: sink,
          running_sum: sink === Number.NEGATIVE_INFINITY ? 0 : 1,
          accumulator: new Float64Array(problem.valueDim),
        };
        for (let index = 0; start + index * keys < end && index < 5; index++) {
          const keyStart = start + index * keys;
          const keyEnd = Math.min(keyStart + keys, end);
          const tile: Step = {
            ...{
              seq: 1,
              part: 0,
              name: 'q',
              batchStart: batch,
              batchEnd: batch + 1,
              headStart: head,
              headEnd: head + 1,
            },
            ...{ rowStart: row, rowEnd: row + 1, keyStart, keyEnd, tile: { index, keys } },
          };
          const shown: Record<string, Float64Array> = {};
          for (const name of TILE_STEPS) {
            const columns = { tile_scores: keyEnd - keyStart, accumulator: problem.valueDim };
            shown[name] = new Float64Array(name in columns ? Reflect.get(columns, name) : 1);
            runner.whole(subject, { ...tile, name }, shown[name]);
          }
          for (const [j, score] of shown.tile_scores.entries())
            expectNear(score, scores[keyStart + j], { what: 'tile_scores' });
          const whole = scopeOf(problem, place, { tile_scores: shown.tile_scores });
          const state = {
            rescale: shown.rescale[0],
            running_max: shown.running_max[0],
            running_sum: shown.running_sum[0],
          };
          const scope = (x: number): Scope => ({
            ...whole,
            keys: keyEnd - keyStart,
            value: (j, column) => whole.value(keyStart + j, column),
            numbers: { ...whole.numbers, ...state, accumulator: shown.accumulator[x] },
            before: { ...before, accumulator: before.accumulator[x] },
          });
          for (const name of TILE_STEPS) {
            // Where nothing is seen yet the formulas, −∞ − −∞, say nothing.
            if (name !== 'tile_scores' && state.running_max > Number.NEGATIVE_INFINITY)
              expectMeaning(subject, 'tile', name, scope, shown[name]);
          }
          if (keyEnd === end) {
            const z = rowOf(subject, 'z', place, problem.valueDim);
            const seen = { masked: scores };
            expectMeaning(subject, 'tile', 'z', (x) => ({ ...scope(x), rows: seen }), z);
          }
          before = { running_max: state.running_max, running_sum: state.running_sum, accumulator: shown.accumulator };
        }
      }),
      { numRuns: 60 },
    );
  });
});

interface Tile {
  running_max: number;
  running_sum: number;
  accumulator: Float64Array;
}
