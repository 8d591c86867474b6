/**
 * The file of word vectors, little-endian. A header of 64 bytes: the magic text, then four uint32 (words, dims, bytes of all
 * words, common directions). Then, without gaps:
 *
 * | section | type | what |
 * |---|---|---|
 * | mean | float32[dims] | the mean of the most frequent words |
 * | directions | float32[directions, dims] | their first principal components, unit vectors |
 * | along | float32[words, directions] | how far each word goes along them |
 * | scales | float32[words] | what the numbers of a row are multiplied by |
 * | ranks | uint32[words] | 0 = the most frequent word |
 * | starts | uint32[words + 1] | word i is bytes starts[i] to starts[i + 1] of the text |
 * | bySuffix | uint32[words] | the words in the order of their bytes read backwards |
 * | rows | int8[words, dims] | what is left of each vector without mean and directions |
 * | text | uint8[textBytes] | the words in UTF-8, in the order of their bytes |
 */
export interface TableSizes {
  words: number;
  dims: number;
  textBytes: number;
  directions: number;
}

export const MAGIC = 'SPOTVEC1';
export const HEADER_BYTES = 64;
/** Longer words are neither stored nor looked for. */
export const MAX_WORD_BYTES = 255;

/** A table as views of one buffer; nothing is copied. */
export interface TableSections {
  mean: Float32Array;
  directions: Float32Array;
  along: Float32Array;
  scales: Float32Array;
  ranks: Uint32Array;
  starts: Uint32Array;
  bySuffix: Uint32Array;
  rows: Int8Array;
  text: Uint8Array;
}

/** Bytes of a file with these sizes. */
export function tableBytes({ words, dims, textBytes, directions }: TableSizes): number {
  return HEADER_BYTES + 4 * (dims * (1 + directions) + words * (4 + directions) + 1) + words * dims + textBytes;
}

/** The sections of a buffer that is as long as its sizes say. */
export function sectionsOf(buffer: ArrayBufferLike, { words, dims, textBytes, directions }: TableSizes): TableSections {
  let at = HEADER_BYTES;
  const take = (bytes: number) => {
    const start = at;
    at += bytes;
    return start;
  };
  return {
    mean: new Float32Array(buffer, take(4 * dims), dims),
    directions: new Float32Array(buffer, take(4 * dims * directions), dims * directions),
    along: new Float32Array(buffer, take(4 * words * directions), words * directions),
    scales: new Float32Array(buffer, take(4 * words), words),
    ranks: new Uint32Array(buffer, take(4 * words), words),
    starts: new Uint32Array(buffer, take(4 * (words + 1)), words + 1),
    bySuffix: new Uint32Array(buffer, take(4 * words), words),
    rows: new Int8Array(buffer, take(words * dims), words * dims),
    text: new Uint8Array(buffer, take(textBytes), textBytes),
  };
}

/** What a header says, not yet checked; undefined when it is no header of such a file. */
export function readHeader(buffer: ArrayBufferLike): TableSizes | undefined {
  if (buffer.byteLength < HEADER_BYTES) return undefined;
  const magic = String.fromCharCode(...new Uint8Array(buffer, 0, MAGIC.length));
  if (magic !== MAGIC) return undefined;
  const view = new DataView(buffer);
  const [words, dims, textBytes, directions] = [0, 1, 2, 3].map((i) => view.getUint32(MAGIC.length + 4 * i, true));
  return { words, dims, textBytes, directions };
}

export function writeHeader(buffer: ArrayBufferLike, { words, dims, textBytes, directions }: TableSizes): void {
  const bytes = new Uint8Array(buffer);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
  const view = new DataView(buffer);
  for (const [i, size] of [words, dims, textBytes, directions].entries()) {
    view.setUint32(MAGIC.length + 4 * i, size, true);
  }
}
