/** What reaches a word by attention and by a reader that goes word by word, in the names of the wire. */
import { type ReadingCost, reachOf } from '../../text/sequential-reader.ts';
import { weightsOf, wordsOf } from '../words/text-view.ts';
import type { ExampleAnswer, MeasuredReading } from './example-answer.ts';

export interface ReadBothWays {
  request: string;
  from: { index: number; text: string };
  to: { index: number; text: string };
  /** Words from one to the other. */
  distance: number;
  attention: OneWay;
  sequential: OneWay;
  /** What reaches `to` from each word, in the order of the text. */
  words: { index: number; text: string; distance: number; attention: number; sequential: number }[];
}

interface OneWay {
  /** What reaches `to` from `from`. */
  reach: number;
  dependent_steps: number;
  multiplications: number;
  ms: number;
}

/** A float32 tells so many digits apart. */
const DIGITS = 7;
const printed = (x: number) => Number(x.toPrecision(DIGITS));

export function readingsOf({ parts, readings }: ExampleAnswer): ReadBothWays[] {
  return readings.map((reading) => readBothWays(reading, parts));
}

function readBothWays(
  { request, decay, from, to, costs }: MeasuredReading,
  parts: ExampleAnswer['parts'],
): ReadBothWays {
  const answer = parts.find(({ name }) => name === request)?.answer;
  if (answer?.kind !== 'text') throw new Error(`${request} is no request over text`);
  const { columns } = wordsOf(answer);
  const row = weightsOf(answer.heads[0]).subarray(to * columns.length, (to + 1) * columns.length);
  const words = reachOf(to, row, decay)
    .toSorted((a, b) => a.position - b.position)
    .map(({ position, distance, attention, sequential }) => ({
      index: position,
      text: columns[position],
      distance,
      attention: printed(attention),
      sequential: printed(sequential),
    }));
  const named = (index: number) => ({ index, text: columns[index] });
  return {
    request,
    from: named(from),
    to: named(to),
    distance: to - from,
    attention: oneWay(words[from].attention, costs.attention),
    sequential: oneWay(words[from].sequential, costs.sequential),
    words,
  };
}

function oneWay(reach: number, { dependentSteps, multiplications, ms }: ReadingCost): OneWay {
  return { reach, dependent_steps: dependentSteps, multiplications, ms: Number(ms.toPrecision(3)) };
}
