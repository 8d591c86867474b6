/** Where in a text: for faults that point at it. */
import { FileFault, type Place } from '../tensor.ts';

export function placeAt(text: string, at: number): Place {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: at - lineStart + 1 };
}

/** A fault that says where, too: of what is pasted nobody counts the lines. */
export function faultAt(text: string, at: number, message: string): FileFault {
  const place = placeAt(text, at);
  return new FileFault(message, place);
}
