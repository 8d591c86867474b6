import { type ComparedNumbers, compareAnswers } from '../../text/comparison.ts';
import { type LessonExample, SEQUENTIAL } from '../../text/examples/example.ts';
import { exampleNamed } from '../../text/examples.ts';
import type { TensorAnswer } from '../tensors/tensor-answer.ts';
import { writeTensorAnswer } from '../tensors/tensor-writing.ts';
import type { TextAnswer } from '../words/text-answer.ts';
import { writeTextAnswer } from '../words/text-writing.ts';
import type { ExampleAnswer } from './example-answer.ts';
import { type ReadBothWays, readingsOf } from './example-readings.ts';

/** An example with all that its answers say. */
export interface WorkedExample {
  example: LessonExample;
  answer: ExampleAnswer;
  /** Bodies of the answers, by request. */
  bodies: ReadonlyMap<string, unknown>;
  readings: readonly ReadBothWays[];
  compared: readonly ComparedNumbers[];
}

/** Works an example out whose requests are computed. */
export function workedOut(answer: ExampleAnswer): WorkedExample {
  const example = exampleNamed(answer.name);
  if (example === undefined) throw new Error(`there is no example ${answer.name}`);
  const bodies = new Map(answer.parts.map(({ name, answer }) => [name, bodyOf(answer)]));
  const readings = readingsOf(answer);
  const compared = compareAnswers(example.comparisons, new Map([...bodies, [SEQUENTIAL, { readings }]]));
  return { example, answer, bodies, readings, compared };
}

/** What the route of the request would answer. */
function bodyOf(answer: TensorAnswer | TextAnswer): unknown {
  const pieces = answer.kind === 'text' ? writeTextAnswer(answer) : writeTensorAnswer(answer, 'copied').pieces;
  return JSON.parse(Buffer.concat(pieces).toString());
}
