/**
 * Long texts, window by window. The library takes a text in one go, and needs 400 bytes of memory for each of it; so windows
 * are given to it that overlap, and are joined only where both say the same for a while, words and their borders included.
 *
 * Why that is the answer for the whole: what cuts a text into words looks a character back and a run of white space or of
 * marks ahead, and both windows have cut the same words on both sides of the seam; and a list of byte-pair tokens is the one
 * of its text when each two neighbors are that of theirs, which each window says of its own. Not so where a model weighs all of
 * a word at once (Unigram): in `aaaa…` equals are many, and the far end decides. There the seam is a border of words, or the
 * tokens beside it are of many kinds.
 */
import { RequestError } from '../../errors.ts';
import { characterEnd, characterStart, textIn } from '../tokenize/utf8.ts';
import type { Encoded } from './encoded.ts';

/** Texts up to here are one piece. It takes the library some 10 ms. */
export const WINDOW_BYTES = 32 * 1024;
const OVERLAP_BYTES = 2 * 1024;
/** Near its ends a window may say something else than the whole does. */
const MARGIN_BYTES = 128;
/** So many tokens have to be the same in both windows. */
const AGREEMENT = 16;
/** And so many of them be different where a word is weighed as a whole. */
const KINDS = 8;
/** A run without a place to join in it becomes a window of its own, up to here: some 400 MB of memory, for two seconds. */
const MAX_WINDOW_BYTES = 2 ** 20;

export interface Span {
  from: number;
  to: number;
}

/** A window, and the first token of it that was not taken from the one before. */
interface Window {
  span: Span;
  tokens: Encoded;
  first: number;
}

/** How windows are encoded, and who takes their tokens. */
export interface Reader {
  encode(span: Span): Promise<Encoded>;
  /** Takes the tokens `first` to `last` of a window; `false` when no more are wanted. */
  take(tokens: Encoded, first: number, last: number): boolean;
  /** Forgets all that was taken. */
  restart(): void;
  /** Whether a model weighs all of a word at once. */
  weighsWords: boolean;
}

/** Thrown where windows cannot be joined; no fault of its own. */
const NO_SEAM = new Error('windows cannot be joined');

/**
 * Encodes a text of any length; whether all of it was taken.
 * @throws RequestError `text_too_long` for a run in which windows cannot be joined
 */
export async function encodeInWindows(bytes: Uint8Array, span: Span, reader: Reader): Promise<boolean> {
  try {
    return await joinWindows(bytes, span, reader);
  } catch (error) {
    if (error !== NO_SEAM) throw error;
    if (span.to - span.from > MAX_WINDOW_BYTES) throw cannotJoin();
    reader.restart();
    const tokens = await reader.encode(span);
    reader.take(tokens, 0, tokens.ids.length);
    return true;
  }
}

async function joinWindows(bytes: Uint8Array, { from, to }: Span, reader: Reader): Promise<boolean> {
  const spanFrom = (start: number, length: number): Span => ({
    from: start,
    to: start + length < to ? characterStart(bytes, start + length) : to,
  });
  const span = spanFrom(from, WINDOW_BYTES);
  let window: Window = { span, tokens: await reader.encode(span), first: 0 };
  for (let attempt = 0; window.span.to < to; attempt++) {
    const nextSpan = spanFrom(nextStart(bytes, window, attempt), WINDOW_BYTES);
    const tokens = await reader.encode(nextSpan);
    const seam = seamOf(bytes, window, { span: nextSpan, tokens }, reader.weighsWords);
    if (seam === undefined) {
      const length = window.span.to - window.span.from;
      if (length >= MAX_WINDOW_BYTES) throw NO_SEAM;
      const larger = spanFrom(window.span.from, 2 * length);
      window = await regrown(window, larger, reader);
    } else {
      if (!reader.take(window.tokens, window.first, seam.before)) return false;
      window = { span: nextSpan, tokens, first: seam.after };
      attempt = -1;
    }
  }
  reader.take(window.tokens, window.first, window.tokens.ids.length);
  return true;
}

/**
 * A token of the window with the overlap behind it, at the start of a word if there is one; `attempt` characters later, as the
 * tokens of a run of one character depend on how many there are.
 */
function nextStart(bytes: Uint8Array, window: Window, attempt: number): number {
  let start = tokenStart(bytes, window);
  for (let i = 0; i < attempt; i++) start = characterEnd(bytes, start + 1);
  return start;
}

function tokenStart(bytes: Uint8Array, { span, tokens }: Window): number {
  const least = span.to - OVERLAP_BYTES;
  const { starts, wordStarts } = tokens;
  let fallback: number | undefined;
  for (let i = starts.findLastIndex((start) => start < least) + 1; i < starts.length; i++) {
    if (starts[i] > least + OVERLAP_BYTES / 2) break;
    if (wordStarts[i] === 1) return starts[i];
    fallback ??= starts[i];
  }
  return fallback ?? characterStart(bytes, least);
}

/** The same tokens up to its first, and more behind. */
async function regrown(window: Window, span: Span, { encode }: Reader): Promise<Window> {
  const tokens = await encode(span);
  const { first } = window;
  const { ids, starts } = window.tokens;
  if (first === 0) return { span, tokens, first };
  const same = tokens.starts.findIndex((start, i) => start === starts[first] && tokens.ids[i] === ids[first]);
  if (same < 0) throw NO_SEAM;
  return { span, tokens, first: same };
}

/** The tokens at which two windows are joined: all before `before` from the first, all from `after` on from the second. */
function seamOf(
  bytes: Uint8Array,
  left: Window,
  right: Omit<Window, 'first'>,
  weighsWords: boolean,
): { before: number; after: number } | undefined {
  const [a, b] = [left.tokens, right.tokens];
  const least = right.span.from + MARGIN_BYTES;
  const most = left.span.to - MARGIN_BYTES;
  let i = Math.max(
    left.first,
    a.starts.findIndex((start) => start >= least),
  );
  let run = 0;
  let solid = -1;
  for (let j = 0; j < b.ids.length && b.ends[j] <= most; j++) {
    if (b.starts[j] < least) continue;
    while (i < a.ids.length && a.starts[i] < b.starts[j]) {
      i++;
      run = 0;
      solid = -1;
    }
    const isSame =
      i < a.ids.length &&
      a.ids[i] === b.ids[j] &&
      a.starts[i] === b.starts[j] &&
      a.ends[i] === b.ends[j] &&
      a.wordStarts[i] === b.wordStarts[j];
    if (!isSame) {
      run = 0;
      solid = -1;
      continue;
    }
    run++;
    // The seam stands in the middle of what is the same, before a token that is neither white space nor a mark.
    if (run > AGREEMENT / 2 && solid < 0 && isSolid(bytes, b.starts[j], b.ends[j])) solid = run;
    if (solid > 0 && run >= solid + AGREEMENT / 2) {
      const back = run - solid;
      const kinds = new Set(b.ids.subarray(j - AGREEMENT + 1, j + 1)).size;
      if (!weighsWords || kinds >= KINDS || b.wordStarts[j - back] === 1) return { before: i - back, after: j - back };
      solid = -1;
    }
    i++;
  }
  return undefined;
}

function isSolid(bytes: Uint8Array, start: number, end: number): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(textIn(bytes, start, end));
}

function cannotJoin(): RequestError {
  const detail = `a part of the text with more than ${MAX_WINDOW_BYTES} bytes has to be read in one go by this tokenizer; send it in pieces`;
  return new RequestError('text_too_long', detail);
}
