import type { Token } from './token.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
const isSpace = /^\s*$/u;

/** Segmenting takes time quadratic in the length of what it is given (V8 13: 16,000 characters 40 ms), so it is given little. */
export const WINDOW = 512;
/** Word boundaries on either side of these do not depend on each other (UAX #29; dictionaries stop here as well). */
const isBreak = /^(?:\s+|[\u3001\u3002\uff01\uff0c\uff1b\uff1f])$/u;

export interface Word {
  text: string;
  /** UTF-16 code units from the start of the window. */
  index: number;
}

/** The words of a window that more text may follow, and how much of the window is settled: 0 when it is too short to tell. */
export function wordsOf(window: string, isLast: boolean): { words: Word[]; settled: number } {
  const words: Word[] = [];
  let settled = 0;
  let settledWords = 0;
  let half = 0;
  let halfWords = 0;
  for (const { segment, index } of segmenter.segment(window)) {
    if (!isSpace.test(segment)) words.push({ text: segment, index });
    if (isBreak.test(segment)) {
      settled = index;
      settledWords = words.length - (words.at(-1)?.index === index ? 1 : 0);
    }
    if (index + segment.length <= window.length / 2) {
      half = index + segment.length;
      halfWords = words.length;
    }
  }
  if (isLast) return { words, settled: window.length };
  // Without a break the first half is taken: what follows within the window has told where its words end.
  if (settled === 0) [settled, settledWords] = [half, halfWords];
  return { words: words.slice(0, settledWords), settled };
}

/**
 * Words and punctuation as a reader sees them, in any language: the segments of Unicode's word boundaries (UAX #29) that are
 * not white space. Words have no vocabulary, so a token has no id.
 */
export function segmentWords(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let byte = 0;
  let size = WINDOW;
  while (at < text.length) {
    const window = text.slice(at, wholeCharacter(text, at + size));
    const { words, settled } = wordsOf(window, at + window.length === text.length);
    let known = 0;
    for (const { text: word, index } of words) {
      byte += Buffer.byteLength(window.slice(known, index));
      const bytes = Buffer.byteLength(word);
      known = index + word.length;
      const start = at + index;
      tokens.push({
        id: null,
        text: word,
        start,
        end: start + word.length,
        byteStart: byte,
        byteEnd: byte + bytes,
        special: false,
      });
      byte += bytes;
    }
    byte += Buffer.byteLength(window.slice(known, settled));
    at += settled;
    // One word that fills a window: the window grows until its end is in sight.
    size = settled === 0 ? 2 * size : WINDOW;
  }
  return tokens;
}

/** `end`, or one more where it would part a surrogate pair. */
function wholeCharacter(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code < 0xdc00 ? end + 1 : end;
}
