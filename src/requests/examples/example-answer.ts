/** An example of the lesson with its answers: as JSON, as lines for a terminal, as a picture. */
import type { TextFormat } from '../../codec/media-type.ts';
import { type ComparedNumbers, compareAnswers } from '../../text/comparison.ts';
import { type LessonExample, SEQUENTIAL } from '../../text/examples/example.ts';
import { exampleNamed } from '../../text/examples.ts';
import type { ReadingCost } from '../../text/sequential-reader.ts';
import { type TensorAnswer, tensorAnswerNumbers, writeTensorAnswer } from '../tensors/tensor-answer.ts';
import { type TextAnswer, textAnswerNumbers, writeTextAnswer } from '../words/text-answer.ts';
import { type ReadBothWays, readingsOf } from './example-readings.ts';
import { pictureOfExample, printedExample } from './example-view.ts';

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
export interface ExampleAnswer {
  kind: 'example';
  format: TextFormat;
  name: string;
  /** The request to be drawn; undefined = what the example shows by itself. */
  picture: string | undefined;
  /** In the order of the requests. */
  parts: readonly ExamplePart[];
  readings: readonly MeasuredReading[];
}

/** An example with all that its answers say. */
export interface WorkedExample {
  example: LessonExample;
  answer: ExampleAnswer;
  /** Bodies of the answers, by request. */
  bodies: ReadonlyMap<string, unknown>;
  readings: readonly ReadBothWays[];
  compared: readonly ComparedNumbers[];
}

/** Numbers that writing the answer has to read, about. */
export function exampleAnswerNumbers({ parts }: ExampleAnswer): number {
  const numbersOf = ({ answer }: ExamplePart) =>
    answer.kind === 'text' ? textAnswerNumbers(answer) : tensorAnswerNumbers(answer);
  return parts.reduce((sum, part) => sum + numbersOf(part), 0);
}

/** Writes the example in its format. */
export function writeExampleAnswer(answer: ExampleAnswer): Uint8Array[] {
  const worked = workedOut(answer);
  if (answer.format === 'text') return [Buffer.from(printedExample(worked))];
  return [Buffer.from(answer.format === 'svg' ? pictureOfExample(worked) : JSON.stringify(exampleWire(worked)))];
}

function workedOut(answer: ExampleAnswer): WorkedExample {
  const example = exampleNamed(answer.name);
  if (example === undefined) throw new Error(`there is no example ${answer.name}`);
  const bodies = new Map(answer.parts.map(({ name, answer }) => [name, bodyOf(answer)]));
  const readings = readingsOf(answer);
  const compared = compareAnswers(example.comparisons, new Map([...bodies, [SEQUENTIAL, { readings }]]));
  return { example, answer, bodies, readings, compared };
}

/** What the route of the request would answer. */
function bodyOf(answer: TensorAnswer | TextAnswer): unknown {
  const pieces = answer.kind === 'text' ? writeTextAnswer(answer) : writeTensorAnswer(answer, 'copied');
  return JSON.parse(Buffer.concat(pieces).toString());
}

/** The example as it is answered in JSON. */
export function exampleWire({ example, bodies, readings, compared }: Omit<WorkedExample, 'answer'>): object {
  const { name, title, lookAt, requests, sequential } = example;
  const self = `/examples/${name}`;
  return {
    name,
    title,
    look_at: lookAt,
    requests: requests.map(({ name: request, route, body }) => ({
      name: request,
      method: 'POST',
      path: route,
      body,
      answer: bodies.get(request),
      links: { svg: `${self}?format=svg&request=${request}` },
    })),
    comparisons: compared,
    ...(sequential !== undefined && {
      [SEQUENTIAL]: {
        rule: `state = ${sequential.decay} · state + ${Number((1 - sequential.decay).toFixed(6))} · word`,
        decay: sequential.decay,
        readings,
      },
    }),
    links: exampleLinks(name),
  };
}

/** Where an example is, in each of its formats. */
export function exampleLinks(name: string): Record<'self' | 'text' | 'svg', string> {
  const self = `/examples/${name}`;
  return { self, text: `${self}?format=text`, svg: `${self}?format=svg` };
}
