import { everyKeyInSight } from '../attention/plain-problem.ts';
import type { Block, FloatProblem } from '../attention/problem.ts';
import { type Step, type StepName, type Subject, stepColumns } from '../attention/steps.ts';
import type { Floats, HeadsView } from '../tensor/tensor.ts';
import { type Kernel, type MatrixView, rowStartOf, type ScoreStage } from './kernel.ts';
import { needsFloat64 } from './range.ts';
import { LARGE_SCORE, largestScore } from './score-bound.ts';
import { TileWalk } from './tile-walk.ts';

/**
 * Computes the steps of a run, each from the inputs alone (and, from `pattern` on, from the results of the run), on one
 * thread. The score matrix comes from the same kernel that computes the answer.
 */
export class StepRunner {
  readonly #kernel: Kernel;
  readonly #reference: Kernel;
  #walk: TileWalk | undefined;

  constructor(kernel: Kernel, reference: Kernel) {
    this.#kernel = kernel;
    this.#reference = reference;
  }

  /** A whole step, dense in its own order; steps of one run that come in order share the work on their tiles. */
  whole(subject: Subject, step: Step, into: Floats): void {
    if (step.tile !== undefined) {
      if (this.#walk?.precedes(subject, step) !== true) this.#walk = new TileWalk(subject.problem, step);
      this.#walk.write(step, into, (block) => this.#kernelFor(subject.problem, block));
      return;
    }
    let at = 0;
    forEachHead(step, (batch, head) => {
      const part = partOf(step, batch, head);
      const columns = stepColumns(subject, step);
      this.part(subject, step.name, part, { data: into, offset: at, rowStride: columns });
      at += (step.rowEnd - step.rowStart) * columns;
    });
  }

  /** Forgets the tiles of the run that was computed last: its memory may hold another run soon. */
  forget(): void {
    this.#walk = undefined;
  }

  /** One part of a step that has no tiles; row 0 and column 0 of `into` are the part's first. */
  part(subject: Subject, name: StepName, part: Block, into: MatrixView): void {
    const { problem, result, projection } = subject;
    switch (name) {
      case 'q':
        copyRows(problem.query, problem.headDim, part, into);
        return;
      case 'k':
        copyRows(problem.key, problem.headDim, part, into);
        return;
      case 'v':
        copyRows(problem.value, problem.valueDim, part, into);
        return;
      case 'z':
        copyRows(result.output, problem.valueDim, part, into);
        return;
      case 'result': {
        if (projection === undefined) throw new Error('there is no output projection');
        const { data, columns } = projection;
        const batchStride = problem.queryLength * columns;
        copyRows({ data, batchStride, headStride: 0, rowStride: columns }, columns, part, into);
        return;
      }
      case 'pattern': {
        const rowOffset = (part.batch * problem.numHeads + part.head) * problem.queryLength + part.rowStart;
        const softmax = { max: result.max, sum: result.sum, rowOffset };
        // The same way as the max and the sum came.
        const kernel = needsFloat64(part, softmax, true) ? this.#reference : this.#kernelFor(problem, part);
        kernel.scores(problem, part, 'weights', into, softmax);
        return;
      }
      default: {
        const [variant, stage] = scoreVariant(problem, name);
        this.#kernelFor(problem, part).scores(variant, part, stage, into);
      }
    }
  }

  /** Scores that may leave float32 on their way are computed in float64. */
  #kernelFor(problem: FloatProblem, part: Block): Kernel {
    const slow = problem.precision === 'float64' || largestScore(problem, part) > LARGE_SCORE;
    return slow ? this.#reference : this.#kernel;
  }
}

/** Calls `visit` for each head of a step, in the order in which its tensor holds them. The result has no heads. */
function forEachHead(step: Step, visit: (batch: number, head: number) => void): void {
  const headEnd = step.name === 'result' ? step.headStart + 1 : step.headEnd;
  for (let batch = step.batchStart; batch < step.batchEnd; batch++) {
    for (let head = step.headStart; head < headEnd; head++) visit(batch, head);
  }
}

/** The problem and the stage of its score matrix that a step of the scores shows. */
function scoreVariant(problem: FloatProblem, name: StepName): [FloatProblem, ScoreStage] {
  if (name === 'attn_scores') return [{ ...problem, scale: 1 }, 'scores'];
  if (name === 'scaled') return [problem, 'scores'];
  if (name === 'softcapped') return [problem, 'softcapped'];
  if (name === 'masked') return [problem, 'masked_scores'];
  if (name === 'biased') return [withoutHiding(problem), 'masked_scores'];
  throw new Error(`${name} is no step of the scores`);
}

/** The same problem with every key in sight: what is added stays, what hides is gone. */
function withoutHiding(problem: FloatProblem): FloatProblem {
  return {
    ...problem,
    masks: problem.masks.filter(({ kind }) => kind === 'additive'),
    ...everyKeyInSight(problem),
  };
}

function partOf({ rowStart, rowEnd, keyStart, keyEnd }: Step, batch: number, head: number): Block {
  return { batch, head, rowStart, rowEnd, keyStart, keyEnd };
}

function copyRows(view: HeadsView, width: number, part: Block, into: MatrixView): void {
  for (let row = part.rowStart; row < part.rowEnd; row++) {
    const start = rowStartOf(view, part.batch, part.head, row);
    into.data.set(view.data.subarray(start, start + width), into.offset + (row - part.rowStart) * into.rowStride);
  }
}
