/**
 * The split patterns of OpenAI's encodings, by hand: each function says where the piece ends that begins at `at`.
 * The patterns are regular expressions with backtracking and a lookahead; read by hand each piece is walked at most twice,
 * whatever the text, and nothing depends on the size of the stack of a regular-expression engine.
 */
import { classAt, HEAD, LETTER, lengthOf, NEWLINE, NUMBER, OTHER, PREFIX, runEnd, SPACE, TAIL } from './characters.ts';

/** The end of the piece that begins at `at`, in a text that ends at `to`; `at` is less than `to`. */
export type Splitter = (bytes: Uint8Array, at: number, to: number) => number;

const APOSTROPHE = 0x27;
const BLANK = 0x20;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const SLASH = 0x2f;
/** Makes an ASCII letter lower case. */
const LOWER_CASE = 0x20;

/**
 * r50k_base, p50k_base:
 * 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 */
export const splitGpt2: Splitter = (bytes, at, to) => {
  const contracted = contractionEnd(bytes, at, to, 0);
  if (contracted > at) return contracted;
  const start = bytes[at] === BLANK && at + 1 < to ? at + 1 : at;
  const first = classAt(bytes, start);
  for (const bits of [LETTER, NUMBER, OTHER]) if (first & bits) return runEnd(bytes, start, to, bits);
  return spaceEnd(bytes, at, to, false);
};

/**
 * cl100k_base:
 * (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
 */
export const splitCl100k: Splitter = (bytes, at, to) => {
  const contracted = contractionEnd(bytes, at, to, LOWER_CASE);
  if (contracted > at) return contracted;
  const first = classAt(bytes, at);
  if (first & LETTER) return runEnd(bytes, at, to, LETTER);
  if (first & PREFIX) {
    const word = at + lengthOf(first);
    const end = runEnd(bytes, word, to, LETTER);
    if (end > word) return end;
  }
  return restEnd(bytes, at, to, first, false);
};

/**
 * o200k_base, with W for [^\r\n\p{L}\p{N}]?, H for [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}], T for [\p{Ll}\p{Lm}\p{Lo}\p{M}] and
 * C for (?i:'s|'t|'re|'ve|'m|'ll|'d)?:
 * WH*T+C|WH+T*C|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
 */
export const splitO200k: Splitter = (bytes, at, to) => {
  const first = classAt(bytes, at);
  if (first & (LETTER | PREFIX)) {
    const end = wordEnd(bytes, at, to, first);
    if (end > at) return contractionEnd(bytes, end, to, LOWER_CASE);
  }
  return restEnd(bytes, at, to, first, true);
};

/** The end of WH*T+, else of WH+T*; `at` when neither stands here. */
function wordEnd(bytes: Uint8Array, at: number, to: number, first: number): number {
  // Leftmost-first: both ways of WH*T+ come before those of WH+T*. A mark is a W, an H and a T at once.
  const word = first & PREFIX ? at + lengthOf(first) : at;
  const tailed = tailedEnd(bytes, word, to);
  if (tailed > word) return tailed;
  if (first & PREFIX && first & TAIL) return tailedEnd(bytes, at, to);
  // No tail was found, so WH+T* is the run of heads alone.
  const end = runEnd(bytes, word, to, HEAD);
  return end > word ? end : at;
}

/** The end of H*T+; `from` when it does not stand here. */
function tailedEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  // H* takes all heads; if no tail follows, it gives back heads until one is met that is a tail as well.
  let lastTail = from;
  while (at < to) {
    const found = classAt(bytes, at);
    if ((found & HEAD) === 0) {
      if (found & TAIL) return runEnd(bytes, at, to, TAIL);
      break;
    }
    at += lengthOf(found);
    if (found & TAIL) lastTail = at;
  }
  return lastTail;
}

/** The alternatives that cl100k_base and o200k_base share: numbers, other characters, white space. */
function restEnd(bytes: Uint8Array, at: number, to: number, first: number, takesSlashes: boolean): number {
  if (first & NUMBER) {
    let end = at;
    for (let digit = 0; digit < 3 && end < to; digit++) {
      const found = classAt(bytes, end);
      if ((found & NUMBER) === 0) break;
      end += lengthOf(found);
    }
    return end;
  }
  const start = bytes[at] === BLANK && at + 1 < to ? at + 1 : at;
  if (classAt(bytes, start) & OTHER) {
    let end = runEnd(bytes, start, to, OTHER);
    while (end < to && endsLine(bytes[end], takesSlashes)) end++;
    return end;
  }
  return spaceEnd(bytes, at, to, true);
}

function endsLine(byte: number, takesSlashes: boolean): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN || (takesSlashes && byte === SLASH);
}

/** \s*[\r\n]+ (where `takesLines`), \s+(?!\S), \s+ */
function spaceEnd(bytes: Uint8Array, at: number, to: number, takesLines: boolean): number {
  let end = at;
  let last = at;
  let afterLine = at;
  while (end < to) {
    const found = classAt(bytes, end);
    if ((found & SPACE) === 0) break;
    last = end;
    end += lengthOf(found);
    if (found & NEWLINE) afterLine = end;
  }
  if (takesLines && afterLine > at) return afterLine;
  // The last space before a word belongs to the word, unless it is the only one.
  return end === to || last === at ? end : last;
}

/** The end of 's, 't, 're, 've, 'm, 'll or 'd; `at` when none stands here. `fold` is LOWER_CASE where case does not matter. */
function contractionEnd(bytes: Uint8Array, at: number, to: number, fold: number): number {
  if (bytes[at] !== APOSTROPHE || at + 1 >= to) return at;
  const first = String.fromCharCode(bytes[at + 1] | fold);
  if ('stmd'.includes(first)) return at + 2;
  if (at + 2 >= to) return at;
  // Case folding (UTS #18) makes ſ, U+017F, an s.
  if (fold !== 0 && bytes[at + 1] === 0xc5 && bytes[at + 2] === 0xbf) return at + 3;
  const second = String.fromCharCode(bytes[at + 2] | fold);
  return (second === 'e' && (first === 'r' || first === 'v')) || (second === 'l' && first === 'l') ? at + 3 : at;
}
