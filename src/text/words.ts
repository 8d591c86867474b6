import type { Token } from './token.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
const isSpace = /^\s*$/u;

/**
 * Words and punctuation as a reader sees them, in any language: the segments of Unicode's word boundaries (UAX #29) that are
 * not white space. Words have no vocabulary, so a token has no id.
 */
export function segmentWords(text: string): Token[] {
  const tokens: Token[] = [];
  let byte = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    const bytes = Buffer.byteLength(segment);
    if (!isSpace.test(segment)) {
      tokens.push({
        id: null,
        text: segment,
        start: index,
        end: index + segment.length,
        byteStart: byte,
        byteEnd: byte + bytes,
        special: false,
      });
    }
    byte += bytes;
  }
  return tokens;
}
