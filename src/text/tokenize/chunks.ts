/** Cuts the tokens of a text into overlapping chunks that never part a character. */
import { RequestError } from '../../errors.ts';
import type { TokenList } from './token-list.ts';
import { isContinuation } from './utf8.ts';

export interface ChunkSize {
  /** The most tokens of a chunk. */
  size: number;
  /** The most tokens that a chunk shares with the one before it. */
  overlap: number;
}

/**
 * The chunks of tokens `first` to `last`, as pairs of a first token and an end. Each is as long as `size` allows; each but
 * the first begins up to `overlap` tokens before the end of the one before it.
 * @throws RequestError where a single character has more tokens than `size`, or a token has no place
 */
export function chunksOf(
  tokens: TokenList,
  { first, last }: { first: number; last: number },
  bytes: Uint8Array,
  { size, overlap }: ChunkSize,
): number[] {
  const chunks: number[] = [];
  const startsCharacter = (token: number) => token === last || !isContinuation(bytes[tokens.starts[token]]);
  for (let token = first; token < last; token++) {
    if (tokens.starts[token] >= 0) continue;
    const detail = 'this tokenizer cannot tell where in this text its tokens stand, so the text cannot be cut by them';
    throw new RequestError('conflicting_options', detail, { pointer: '/chunk' });
  }
  let start = first;
  let end = first;
  while (end < last) {
    let next = Math.min(start + size, last);
    while (next > start && !startsCharacter(next)) next--;
    if (next > end) {
      chunks.push(start, next);
      end = next;
      start = Math.max(end - overlap, start + 1);
    } else if (start < end) start++;
    else {
      const detail = `a character of the text has more than ${size} tokens, so chunks of ${size} would cut it`;
      throw new RequestError('invalid_option', detail, { pointer: '/chunk/size' });
    }
    while (start < end && !startsCharacter(start)) start++;
  }
  return chunks;
}
