/** What a thread does for viewers: computes small steps and writes them. */
import { type Step, type Subject, stepNumbers, stepShape } from '../attention/steps.ts';
import { writeJsonAnswer } from '../codec/answer.ts';
import { isOverflow } from '../errors.ts';
import type { StepRunner } from '../kernels/step-runner.ts';
import type { Completion, StepWork, Task } from '../tasks/tasks.ts';
import { type Floats, floatTensor } from '../tensor/tensor.ts';

/** Computes and writes the steps of one task, one behind the other, until they are done or a flag says stop. */
export function computeSteps(
  task: Extract<Task, { kind: 'steps' }>,
  runner: StepRunner,
): Extract<Completion, { kind: 'steps' }>['result'] {
  const { subjects, stop } = task;
  const steps: { seq: number; ms: number; bytes: number }[] = [];
  const written: Uint8Array[] = [];
  for (const step of task.steps) {
    if (Atomics.load(stop, 0) !== 0) break;
    const start = performance.now();
    let data: Floats;
    try {
      data = numbersOf(subjects[step.part], step, runner);
    } catch (error) {
      // Those before it can be told all the same; it is asked for again.
      if (steps.length > 0 && isOverflow(error)) break;
      throw error;
    }
    const ms = performance.now() - start;
    const pieces = writeStep(task, step, data);
    written.push(...pieces);
    steps.push({ seq: step.seq, ms, bytes: pieces.reduce((sum, piece) => sum + piece.byteLength, 0) });
  }
  runner.forget();
  const all = new Uint8Array(written.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of written) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return { steps, pieces: [all] };
}

/** The numbers of a small step, in float64 where float32 cannot hold them. */
function numbersOf(subject: Subject, step: Step, runner: StepRunner): Floats {
  const length = stepNumbers(subject, step);
  if (subject.problem.precision === 'float32') {
    const data = new Float32Array(length);
    try {
      runner.whole(subject, step, data);
      return data;
    } catch (error) {
      if (!isOverflow(error)) throw error;
    }
  }
  const wide = new Float64Array(length);
  runner.whole(subject, step, wide);
  return wide;
}

/** The numbers of a step, as viewers get them. */
export function writeStep({ subjects, detail, encoding }: StepWork, step: Step, data: Floats): Uint8Array[] {
  if (encoding === 'binary') return [bytesOf(data)];
  const shape = stepShape(subjects[step.part], detail, step);
  const [first, ...others] = writeJsonAnswer([{ name: 'data', tensor: floatTensor(shape, data) }], {}, 'nested');
  // Without the brace that opens the object: a message begins in another way for each viewer.
  return [first.subarray(1), ...others].map(tight);
}

/** A copy in memory of its own: the numbers may stand in shared memory. */
function bytesOf(data: Floats): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}

/** Bytes that a thread gives away take the whole buffer below them along. */
function tight(piece: Uint8Array): Uint8Array {
  return piece.byteLength === piece.buffer.byteLength ? piece : piece.slice();
}
