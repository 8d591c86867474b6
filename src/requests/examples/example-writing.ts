import type { ExampleAnswer } from './example-answer.ts';
import { exampleWire } from './example-json.ts';
import { pictureOfExample, printedExample } from './example-view.ts';
import { workedOut } from './worked-example.ts';

/** Writes the example in its format. */
export function writeExampleAnswer(answer: ExampleAnswer): Uint8Array[] {
  const worked = workedOut(answer);
  if (answer.format === 'text') return [Buffer.from(printedExample(worked))];
  return [Buffer.from(answer.format === 'svg' ? pictureOfExample(worked) : JSON.stringify(exampleWire(worked)))];
}
