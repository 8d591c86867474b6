/** What a normalizer made of a text, with the place in the text that each of its bytes comes from. */

/** SentencePiece writes a space as this; here both are spaces. */
const VISIBLE_SPACE = /\u2581/gu;
/** White space, or a character with the marks on it: what normalizers look at together. */
const units = /\s+|\P{M}\p{M}*|\p{M}+/gu;
/** Texts repeat themselves; so many units are remembered. */
const REMEMBERED = 4096;

export interface NormalizedText {
  text: string;
  bytes: Uint8Array;
  /** The bytes of the source that byte `at` of the normalized text stands for: where they begin, where they end. */
  startOf(at: number): number;
  endOf(at: number): number;
}

/** A normalizer, and what it puts before every text that it is given. */
export interface Normalization {
  normalize(text: string): string;
  prepended: string;
}

/**
 * The normalized form of `source` with its places; undefined where the normalizer, given the units of the text one by one,
 * does not give what it gives for the whole, so that no place can be told.
 */
export function normalizedText(source: string, normalization: Normalization | undefined): NormalizedText | undefined {
  const sourceBytes = Buffer.from(source);
  const normalized = normalization === undefined ? source : without(normalization.normalize(source), normalization);
  if (normalization === undefined || normalized === source) {
    const bytes = Buffer.from(source.replaceAll(VISIBLE_SPACE, ' '));
    // U+2581 has three bytes and a space one; a text that has it is looked at unit by unit.
    if (bytes.length === sourceBytes.length) return unchanged(source, sourceBytes);
  }
  const starts: number[] = [];
  const ends: number[] = [];
  const remembered = new Map<string, string>();
  let whole = '';
  let visible = '';
  let at = 0;
  for (const [unit] of source.matchAll(units)) {
    const end = at + Buffer.byteLength(unit);
    let own = remembered.get(unit);
    if (own === undefined) {
      own = normalization === undefined ? unit : without(normalization.normalize(unit), normalization);
      if (remembered.size < REMEMBERED) remembered.set(unit, own);
    }
    whole += own;
    const shown = own.replaceAll(VISIBLE_SPACE, ' ');
    visible += shown;
    placeUnit({ unit, shown, at }, starts, ends);
    at = end;
  }
  if (whole !== normalized) return undefined;
  return { text: visible, bytes: Buffer.from(visible), startOf: (byte) => starts[byte], endOf: (byte) => ends[byte] };
}

function unchanged(text: string, bytes: Uint8Array): NormalizedText {
  return {
    text,
    bytes,
    // Byte for byte: whoever shows the places knows then which tokens hold only a part of a character.
    startOf: (at) => at,
    endOf: (at) => at + 1,
  };
}

/** Character n stands for character n of the unit, those beyond its length for its last one, as in Hugging Face's own. */
function placeUnit(
  { unit, shown, at }: { unit: string; shown: string; at: number },
  starts: number[],
  ends: number[],
): void {
  const before = [...unit];
  let start = at;
  let length = 0;
  for (const [i, character] of [...shown].entries()) {
    if (i < before.length) {
      start += length;
      length = Buffer.byteLength(before[i]);
    }
    for (let byte = Buffer.byteLength(character); byte > 0; byte--) {
      starts.push(start);
      ends.push(start + length);
    }
  }
}

function without(text: string, { prepended }: Normalization): string {
  return prepended !== '' && text.startsWith(prepended) ? text.slice(prepended.length) : text;
}
