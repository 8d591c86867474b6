/** Finds special tokens in a text, from left to right, each byte looked at once for each token. */
import type { SpecialToken } from './tokenizer.ts';

/** A special token to be found, with where it stands next at or after the place that was last asked about. */
export interface SoughtToken {
  id: number;
  text: Uint8Array;
  /** −1 before the first search; the end of the text when there is none. */
  next: number;
}

export interface FoundToken {
  id: number;
  start: number;
  end: number;
}

export function soughtToken({ id, text }: SpecialToken): SoughtToken {
  return { id, text: new TextEncoder().encode(text), next: -1 };
}

/** The next special token in bytes `from` to `to`, the longest of those at one place. `from` never goes back within a text. */
export function nextSpecial(
  sought: readonly SoughtToken[],
  bytes: Uint8Array,
  from: number,
  to: number,
): FoundToken | undefined {
  let best: FoundToken | undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, to);
  for (const token of sought) {
    if (token.next < from) {
      const found = text.indexOf(token.text, from);
      token.next = found < 0 ? to : found;
    }
    const { id, next } = token;
    const end = next + token.text.length;
    if (next === to) continue;
    if (best === undefined || next < best.start || (next === best.start && end > best.end)) {
      best = { id, start: next, end };
    }
  }
  return best;
}
