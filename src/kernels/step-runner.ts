import { everyKeyInSight } from '../attention/plain-problem.ts';
import type { Block, FloatProblem } from '../attention/problem.ts';
import { type Step, type StepName, type Subject, stepColumns } from '../attention/steps.ts';
import { isOverflow, RequestError } from '../errors.ts';
import type { Floats, HeadsView } from '../tensor/tensor.ts';
import { type Kernel, type MatrixView, rowStartOf, type ScoreStage } from './kernel.ts';
import { mayLeaveFloat32, needsFloat64, putInto } from './range.ts';
import { TileWalk } from './tile-walk.ts';

/** What is told of a step that cannot be shown. */
type NamedStep = Pick<Step, 'name' | 'seq'>;

/**
 * Computes the steps of a run, each from the inputs alone (and, from `pattern` on, from the results of the run), on one
 * thread. The score matrix comes from the same kernel that computes the answer. A step that float32 cannot hold is an
 * `overflow`, and can be asked for again in float64.
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
      this.#tile(subject, step, into);
      return;
    }
    let at = 0;
    forEachHead(step, (batch, head) => {
      const part = partOf(step, batch, head);
      const columns = stepColumns(subject, step);
      this.part(subject, step, part, { data: into, offset: at, rowStride: columns });
      at += (step.rowEnd - step.rowStart) * columns;
    });
  }

  /** Forgets the tiles of the run that was computed last: its memory may hold another run soon. */
  forget(): void {
    this.#walk = undefined;
  }

  /** One part of a step that has no tiles; row 0 and column 0 of `into` are the part's first. */
  part(subject: Subject, step: NamedStep, part: Block, into: MatrixView): void {
    const { problem, result, projection } = subject;
    switch (step.name) {
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
        const isWide = problem.precision === 'float64' || needsFloat64(part, softmax, true);
        (isWide ? this.#reference : this.#kernel).scores(problem, part, 'weights', into, softmax);
        return;
      }
      default: {
        const [variant, stage] = scoreVariant(problem, step.name);
        this.#scores(variant, step, { part, stage, into });
      }
    }
  }

  #scores(
    problem: FloatProblem,
    step: NamedStep,
    { part, stage, into }: { part: Block; stage: ScoreStage; into: MatrixView },
  ): void {
    const isWide = into.data instanceof Float64Array;
    if (!isWide && !mayLeaveFloat32(problem, part)) {
      this.#kernel.scores(problem, part, stage, into);
      return;
    }
    const keys = part.keyEnd - part.keyStart;
    const numbers = new Float64Array((part.rowEnd - part.rowStart) * keys);
    told(step, isWide, () => {
      this.#reference.scores(problem, part, stage, { data: numbers, offset: 0, rowStride: keys });
      putInto(into, step.name, numbers, keys);
    });
  }

  #tile(subject: Subject, step: Step, into: Floats): void {
    const { problem } = subject;
    if (this.#walk?.precedes(subject, step) !== true) this.#walk = new TileWalk(problem, step);
    const walk = this.#walk;
    told(step, into instanceof Float64Array, () => {
      const shown = walk.shown(step, (block) => this.#tileScores(problem, block));
      if (shown instanceof Float32Array) into.set(shown);
      else putInto({ data: into, offset: 0, rowStride: shown.length }, step.name, shown, shown.length);
    });
  }

  /** What the softmax reads of a tile; in float64 where float32 could not hold it. */
  #tileScores(problem: FloatProblem, block: Block): Floats {
    const keys = block.keyEnd - block.keyStart;
    const length = (block.rowEnd - block.rowStart) * keys;
    const isWide = problem.precision === 'float64' || mayLeaveFloat32(problem, block);
    const data = isWide ? new Float64Array(length) : new Float32Array(length);
    const kernel = isWide ? this.#reference : this.#kernel;
    kernel.scores(problem, block, 'masked_scores', { data, offset: 0, rowStride: keys });
    return data;
  }
}

/** Does what shows a step; where even float64 has no room for it the fault says which step that is. */
function told(step: NamedStep, isWide: boolean, show: () => void): void {
  try {
    show();
  } catch (error) {
    if (!isWide || !isOverflow(error)) throw error;
    const detail = `the numbers of step ${step.seq}, ${step.name}, leave even float64: scale the tensors down`;
    throw new RequestError('overflow', detail);
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
