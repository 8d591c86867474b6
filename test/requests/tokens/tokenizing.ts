/** POST /tokenize without a server: a body in, the answer out, in slices that a test chooses. */
import { readFileSync } from 'node:fs';
import { readTokenize } from '../../../src/codec/tokenize-options.ts';
import { RequestError } from '../../../src/errors.ts';
import { advanceTokenize, beginTokenize } from '../../../src/requests/tokens/tokenize.ts';
import { TokenizerSet } from '../../../src/text/tokenize/tokenizer-set.ts';

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

const NAMES = ['word-piece', 'byte-level', 'unigram'];
export const tokenizers = new TokenizerSet(
  NAMES.map((name) => ({
    name,
    tokenizer: readFileSync(new URL(`../../text/hugging-face/${name}.json`, import.meta.url)),
    config: undefined,
  })),
);
const limits = { maxElements: 1 << 25, maxTextBytes: 1 << 22, maxOutputBytes: 1 << 28 };

export interface Slicing {
  /** Whether each look at the clock says that the slice is over. */
  isOver?: boolean;
  limits?: Partial<typeof limits>;
}

/** The bytes of the answer, and in how many slices they were made. */
export function answerTo(body: unknown, { isOver = false, ...own }: Slicing = {}): { bytes: Buffer; slices: number } {
  const context = { tokenizers, limits: { ...limits, ...own.limits } };
  const job = beginTokenize(
    readTokenize(Buffer.from(JSON.stringify(body)), context.limits),
    tokenizers,
    context.limits,
  );
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
