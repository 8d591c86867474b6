/** POST /tokenize without a server: a body in, the answer out, in slices that a test chooses. */

import { RequestError } from '../../../src/errors.ts';
import { answerLoaded } from '../../../src/requests/tokens/loaded-answer.ts';
import { readTokenize } from '../../../src/requests/tokens/read-token-request.ts';
import { advanceTokenize, beginTokenize } from '../../../src/requests/tokens/tokenize.ts';
import type { HuggingFaceTokenizer } from '../../../src/text/hugging-face/tokenizer.ts';
import { DEFAULT_TOKENIZER, TokenizerSet } from '../../../src/text/tokenize/tokenizer-set.ts';

export interface TokenAnswer {
  id: number | null;
  text: string;
  start: number | null;
  end: number | null;
  byte_start: number | null;
  byte_end: number | null;
  special: boolean;
  partial?: true;
}
export interface Result {
  count: number;
  truncated?: true;
  tokens: TokenAnswer[];
  chunks?: { start: number; end: number; count: number; text: string }[];
}

const tokenizers = new TokenizerSet();
const limits = { maxElements: 1 << 25, maxBodyBytes: 2 ** 26, maxTextBytes: 1 << 22, maxOutputBytes: 1 << 28 };

export interface Slicing {
  /** Whether each look at the clock says that the slice is over. */
  isOver?: boolean;
  limits?: Partial<typeof limits>;
}

/** The bytes of the answer, and in how many slices they were made. */
export function answerTo(body: unknown, { isOver = false, ...own }: Slicing = {}): { bytes: Buffer; slices: number } {
  const asked = readTokenize(Buffer.from(JSON.stringify(body)), limits);
  const tokenizer = tokenizers.get(asked.tokenizer.name ?? DEFAULT_TOKENIZER);
  if (tokenizer === undefined) throw new Error('there is no such tokenizer');
  const context = { tokenizer, limits: { ...limits, ...own.limits } };
  const job = beginTokenize(asked, tokenizer.about, context.limits);
  const pieces: Uint8Array[] = [];
  for (let slices = 1; ; slices++) {
    const slice = advanceTokenize(job, context, { isOver: () => isOver, mayBeLong: job.needsLong });
    pieces.push(...slice.pieces);
    if (slice.isDone) return { bytes: Buffer.concat(pieces), slices };
  }
}

/** The answer for `text`. */
export function tokenize(body: unknown, slicing?: Slicing): Result & { tokenizer: string } {
  return JSON.parse(answerTo(body, slicing).bytes.toString());
}

/** The answer of a tokenizer of a file; `sliceMs` 0 writes it in the smallest slices. */
export async function answerOf(
  tokenizer: HuggingFaceTokenizer,
  body: unknown,
  { sliceMs = 1000, ...own }: { sliceMs?: number; limits?: Partial<typeof limits> } = {},
): Promise<Buffer> {
  const setting = { tokenizer, limits: { ...limits, ...own.limits }, sliceMs, isStopped: () => false };
  const bytes = Buffer.from(JSON.stringify(body));
  const request = { kind: 'tokenize', body: bytes, contentType: 'application/json', accept: undefined } as const;
  return Buffer.concat((await answerLoaded(request, setting)).pieces);
}

/** The answer of a tokenizer of a file for `text`. */
export async function tokenizeBy(
  tokenizer: HuggingFaceTokenizer,
  body: unknown,
  own: { limits?: Partial<typeof limits> } = {},
): Promise<Result & { tokenizer: string }> {
  return JSON.parse((await answerOf(tokenizer, body, own)).toString());
}

/** Code and pointer of what is wrong with a request. */
export function faultOf(body: unknown, slicing?: Slicing): { code: string; pointer: string | undefined } {
  try {
    answerTo(body, slicing);
  } catch (error) {
    if (error instanceof RequestError) return { code: error.code, pointer: error.pointer };
    throw error;
  }
  throw new Error('nothing was wrong');
}
