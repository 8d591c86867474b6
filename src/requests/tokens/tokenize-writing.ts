import type { Chunk } from '../../text/tokenize/chunks.ts';
import { answerTooLarge, type TokenizeJob, type Writing } from './tokenize-job.ts';

/** The least bytes that a token has in an answer of each shape. */
const LEAST_BYTES = { own: 70, tei: 50, vllm: 2 } as const;

/** Numbers of a chunk in `Writing.chunks`. */
export const CHUNK_NUMBERS = 3;

/**
 * Begins to write the answer.
 * @throws RequestError `output_too_large` for what is known to be too large before it is written
 */
export function startWriting(job: TokenizeJob, chunks: readonly (readonly Chunk[])[], maxOutputBytes: number): Writing {
  const { tokens, options } = job;
  let least = tokens.count * LEAST_BYTES[options.shape];
  for (const list of chunks) {
    for (const { start, end } of list) least += end - start;
  }
  if (least > maxOutputBytes) throw answerTooLarge(job, maxOutputBytes);
  let end = 0;
  return {
    chunks: Int32Array.from(chunks.flat().flatMap(({ start, end, count }) => [start, end, count])),
    chunkEnds: Int32Array.from(chunks, (list) => (end += CHUNK_NUMBERS * list.length)),
    step: 'head',
    text: 0,
    token: 0,
    chunk: 0,
    place: { byte: 0, units: 0 },
    chunkEnd: { byte: 0, units: 0 },
  };
}
