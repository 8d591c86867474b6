import type { TextAnswer } from './text-answer.ts';
import { writeTextJson } from './text-json.ts';
import { pictureOfText, printedText } from './text-view.ts';

/** Writes the answer in its format. */
export function writeTextAnswer(answer: TextAnswer): Uint8Array[] {
  if (answer.format === 'json') return writeTextJson(answer);
  return [Buffer.from(answer.format === 'text' ? printedText(answer) : pictureOfText(answer))];
}
