import { answerTooLarge, type TokenizeJob, type Writing } from './tokenize-job.ts';

/** The least bytes that a token has in an answer of each shape. */
const LEAST_BYTES = { own: 70, tei: 50, vllm: 2 } as const;

/**
 * Begins to write the answer.
 * @throws RequestError `output_too_large` for what is known to be too large before it is written
 */
export function startWriting(job: TokenizeJob, chunks: readonly number[][], maxOutputBytes: number): Writing {
  const { tokens, options } = job;
  let least = tokens.count * LEAST_BYTES[options.shape];
  for (const list of chunks) {
    for (let i = 0; i < list.length; i += 2) least += tokens.ends[list[i + 1] - 1] - tokens.starts[list[i]];
  }
  if (least > maxOutputBytes) throw answerTooLarge(job, maxOutputBytes);
  let end = 0;
  return {
    chunks: Int32Array.from(chunks.flat()),
    chunkEnds: Int32Array.from(chunks, (list) => (end += list.length)),
    step: 'head',
    text: 0,
    token: 0,
    chunk: 0,
    place: { byte: 0, units: 0 },
    chunkEnd: { byte: 0, units: 0 },
  };
}
