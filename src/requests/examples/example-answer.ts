import type { TextFormat } from '../../codec/media-type.ts';
import type { ReadingCost } from '../../text/sequential-reader.ts';
import { type TensorAnswer, tensorAnswerNumbers } from '../tensors/tensor-answer.ts';
import { type TextAnswer, textAnswerNumbers } from '../words/text-answer.ts';

/** What is asked of an example; it was checked where it came in. */
export interface ExampleAsked {
  name: string;
  /** The request to be drawn; undefined = what the example shows by itself. */
  picture: string | undefined;
  /** What the paths of this server begin with for the client. */
  prefix: string;
}

/** One request of an example, computed. */
export interface ExamplePart {
  /** As in the example. */
  name: string;
  answer: TensorAnswer | TextAnswer;
}

/** A text that was read both ways, and what each took. */
export interface MeasuredReading {
  /** The request whose text it is. */
  request: string;
  decay: number;
  /** The words whose connection is looked at, by their places. */
  from: number;
  to: number;
  costs: { sequential: ReadingCost; attention: ReadingCost };
}

/** All that is needed to write an example once its requests are computed. */
export interface ExampleAnswer extends ExampleAsked {
  kind: 'example';
  format: TextFormat;
  /** In the order of the requests. */
  parts: readonly ExamplePart[];
  readings: readonly MeasuredReading[];
}

/** Numbers that writing the answer has to read, about. */
export function exampleAnswerNumbers({ parts }: ExampleAnswer): number {
  const numbersOf = ({ answer }: ExamplePart) =>
    answer.kind === 'text' ? textAnswerNumbers(answer) : tensorAnswerNumbers(answer);
  return parts.reduce((sum, part) => sum + numbersOf(part), 0);
}
