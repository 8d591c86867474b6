import { commonPartOf, removeCommonPart } from './common-part.ts';
import { MAX_WORD_BYTES, sectionsOf, type TableSizes, tableBytes, writeHeader } from './layout.ts';

/** Words, most frequent first, and their vectors `[words, dims]`. */
export interface WordList {
  words: readonly string[];
  dims: number;
  vectors: Float64Array;
}

/** The mean and principal components are those of this many words: the many rare ones would turn them. */
const FREQUENT_WORDS = 30_000;
const DIRECTIONS = 2;
const MAX_INT8 = 127;
/** Scales that are tried for each row, from that of its largest number down to a part of it; more find nothing better. */
const SCALE_STEPS = 512;
const LEAST_SCALE = 0.7;

/** Writes a table: each vector as int8 with a scale of its own. Words must differ and be no longer than the format allows. */
export function writeTable({ words, dims, vectors }: WordList): Uint8Array {
  const encoded = words.map((word) => Buffer.from(word));
  const order = words.map((_, rank) => rank).sort((a, b) => Buffer.compare(encoded[a], encoded[b]));
  const sizes: TableSizes = {
    words: words.length,
    dims,
    textBytes: encoded.reduce((bytes, word) => bytes + word.length, 0),
    directions: Math.min(DIRECTIONS, dims - 1),
  };
  const buffer = new ArrayBuffer(tableBytes(sizes));
  writeHeader(buffer, sizes);
  const sections = sectionsOf(buffer, sizes);
  const frequent = vectors.subarray(0, Math.min(words.length, FREQUENT_WORDS) * dims);
  const common = commonPartOf(frequent, dims, sizes.directions);
  sections.mean.set(common.mean);
  sections.directions.set(common.directions);

  let byte = 0;
  for (const [row, rank] of order.entries()) {
    const word = encoded[rank];
    if (word.length === 0 || word.length > MAX_WORD_BYTES) throw new Error(`word ${rank} has ${word.length} bytes`);
    sections.ranks[row] = rank;
    sections.starts[row] = byte;
    sections.text.set(word, byte);
    byte += word.length;
    // Without what all words share, numbers are smaller and int8 holds them finer than it would hold the raw ones.
    const vector = vectors.slice(rank * dims, (rank + 1) * dims);
    sections.along.set(removeCommonPart(common, vector), row * sizes.directions);
    const scale = bestScale(vector);
    sections.scales[row] = scale;
    for (let k = 0; k < dims; k++) sections.rows[row * dims + k] = rounded(vector[k], scale);
  }
  sections.starts[words.length] = byte;
  const backwards = order.map((rank) => Uint8Array.from(encoded[rank]).reverse());
  sections.bySuffix.set(order.map((_, row) => row).sort((a, b) => Buffer.compare(backwards[a], backwards[b])));
  return new Uint8Array(buffer);
}

/** The scale with the least squared error: cutting off the largest numbers a little can make all others finer. */
function bestScale(vector: Float64Array): number {
  let largest = 0;
  for (const x of vector) largest = Math.max(largest, Math.abs(x));
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step < SCALE_STEPS && largest > 0; step++) {
    const scale = Math.fround((largest / MAX_INT8) * (1 - (1 - LEAST_SCALE) * (step / SCALE_STEPS)));
    let error = 0;
    for (let k = 0; k < vector.length && error < least; k++)
      error += (rounded(vector[k], scale) * scale - vector[k]) ** 2;
    if (error >= least) continue;
    least = error;
    best = scale;
  }
  return best;
}

function rounded(x: number, scale: number): number {
  return scale > 0 ? Math.max(-MAX_INT8, Math.min(MAX_INT8, Math.round(x / scale))) : 0;
}
