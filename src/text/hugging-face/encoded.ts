import { setImmediate } from 'node:timers/promises';
import type { Tokenizer } from 'tokenizers';
import { isContinuation, textIn } from '../tokenize/utf8.ts';

/** Tokens as columns; places are bytes, and end where a character does. */
export interface Encoded {
  ids: Int32Array;
  starts: Int32Array;
  ends: Int32Array;
  /** Whether a token begins a word, as the tokenizer cuts words; only where that was asked for. */
  wordStarts: Uint8Array;
}

/** Others on this thread have their turn once in so many tokens, which is some ms. */
const TOKENS_PER_TURN = 4096;

/** What the library makes of the text `from` to `to` by itself, without the tokens that it puts around a text. */
export async function encodeWith(
  tokenizer: Tokenizer,
  bytes: Uint8Array,
  { from, to }: { from: number; to: number },
  wantsWords: boolean,
): Promise<Encoded> {
  const text = textIn(bytes, from, to);
  const encoding = await tokenizer.encode(text, null, { addSpecialTokens: false });
  const ids = Int32Array.from(encoding.getIds());
  const starts = new Int32Array(ids.length);
  const ends = new Int32Array(ids.length);
  const wordStarts = new Uint8Array(wantsWords ? ids.length : 0);
  const byteOf = charactersOf(bytes, from, to);
  let lastWord: number | null = -1;
  // Token by token: lists of them all would be made in one go, which takes seconds for a million tokens.
  for (let i = 0; i < ids.length; i++) {
    const [start, end] = encoding.tokenToChars(i) ?? [0, 0];
    starts[i] = byteOf[start];
    ends[i] = byteOf[end];
    if (wantsWords) {
      const word = encoding.tokenToWord(i);
      wordStarts[i] = i === 0 || word !== lastWord ? 1 : 0;
      lastWord = word;
    }
    if (i % TOKENS_PER_TURN === TOKENS_PER_TURN - 1) await setImmediate();
  }
  return { ids, starts, ends, wordStarts };
}

/** The library counts code points: the byte at which each begins, and the end of the text. */
function charactersOf(bytes: Uint8Array, from: number, to: number): Int32Array {
  const byteOf = new Int32Array(to - from + 1);
  let count = 0;
  for (let at = from; at < to; at++) if (!isContinuation(bytes[at])) byteOf[count++] = at;
  byteOf[count] = to;
  return byteOf;
}
