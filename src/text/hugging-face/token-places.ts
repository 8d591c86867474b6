/** Where tokens stand in a text that a tokenizer has normalized, for a tokenizer that does not tell. */
import type { NormalizedText } from './normalized-text.ts';

/** What a token looks like in the normalized text; `unknown` stands for something that has no token. */
export type Surface = Uint8Array | 'unknown';

/** Bytes of the source, end exclusive; undefined where they are not known. */
export type Place = { start: number; end: number } | undefined;

interface Range {
  from: number;
  to: number;
}

const BLANK = 0x20;
const isWhite = (byte: number) => byte === BLANK || (byte >= 0x09 && byte <= 0x0d);

/**
 * The places of tokens that follow one another in bytes `from` to `to` of the text, from both ends inward: tokens are
 * looked for from the left up to the first that is unknown, then from the right down to the last. A single one between is
 * all that is left. White space that has become no token is passed over.
 */
export function placesOf(surfaces: readonly Surface[], text: NormalizedText, { from, to }: Range): Place[] {
  const places: Place[] = new Array(surfaces.length).fill(undefined);
  let left = 0;
  let start = from;
  for (; left < surfaces.length; left++) {
    const found = matchAfter(surfaces[left], text.bytes, { from: start, to });
    if (found === undefined) break;
    places[left] = placeIn(text, found);
    start = found.to;
  }
  if (left === surfaces.length) return skipWhite(text.bytes, start, to) === to ? places : places.map(() => undefined);
  let right = surfaces.length - 1;
  let end = to;
  for (; right > left; right--) {
    const found = matchBefore(surfaces[right], text.bytes, { from: start, to: end });
    if (found === undefined) break;
    places[right] = placeIn(text, found);
    end = found.from;
  }
  if (left === right && surfaces[left] === 'unknown') {
    const first = skipWhite(text.bytes, start, end);
    while (end > first && isWhite(text.bytes[end - 1])) end--;
    places[left] = placeIn(text, { from: first, to: end });
  }
  return places;
}

/** The words of a normalized text, each with the white space before it. */
export function wordsIn({ bytes }: NormalizedText): Range[] {
  const words: Range[] = [];
  let from = 0;
  for (let at = skipWhite(bytes, 0, bytes.length); at < bytes.length; at = skipWhite(bytes, at, bytes.length)) {
    while (at < bytes.length && !isWhite(bytes[at])) at++;
    words.push({ from, to: at });
    from = at;
  }
  return words;
}

function matchAfter(surface: Surface, bytes: Uint8Array, { from, to }: Range): Range | undefined {
  if (surface === 'unknown') return undefined;
  if (stands(surface, bytes, from, to)) return { from, to: from + surface.length };
  const word = skipWhite(bytes, from, to);
  if (stands(surface, bytes, word, to)) return { from: word, to: word + surface.length };
  // A space that the tokenizer has put there.
  if (surface[0] !== BLANK) return undefined;
  return stands(surface.subarray(1), bytes, from, to) ? { from, to: from + surface.length - 1 } : undefined;
}

function matchBefore(surface: Surface, bytes: Uint8Array, { from, to }: Range): Range | undefined {
  if (surface === 'unknown') return undefined;
  let end = to;
  for (;;) {
    const at = end - surface.length;
    if (at >= from && stands(surface, bytes, at, end)) return { from: at, to: end };
    if (end === from || !isWhite(bytes[end - 1])) return undefined;
    end--;
  }
}

function stands(surface: Uint8Array, bytes: Uint8Array, at: number, to: number): boolean {
  if (at + surface.length > to) return false;
  for (let i = 0; i < surface.length; i++) if (bytes[at + i] !== surface[i]) return false;
  return true;
}

function skipWhite(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isWhite(bytes[at])) at++;
  return at;
}

/** A token that is only a space of the tokenizer's own has an empty place. */
function placeIn(text: NormalizedText, { from, to }: Range): Place {
  if (from < to) return { start: text.startOf(from), end: text.endOf(to - 1) };
  const at = from < text.bytes.length ? text.startOf(from) : from > 0 ? text.endOf(from - 1) : 0;
  return { start: at, end: at };
}
