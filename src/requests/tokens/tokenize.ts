/** POST /tokenize on a thread: in slices, so that a megabyte of text holds up nobody, and with all its state in one value that any thread can go on with. */

import { RequestError } from '../../errors.ts';
import { type Chunk, chunksOf } from '../../text/tokenize/chunks.ts';
import { soughtToken } from '../../text/tokenize/special-search.ts';
import { createTokenList } from '../../text/tokenize/token-list.ts';
import type { KnownTokens, Pace, SpecialToken, Tokenizer, TokenizerAbout } from '../../text/tokenize/tokenizer.ts';
import { readTexts } from './read-texts.ts';
import type { TokenizeRequest } from './read-token-request.ts';
import { writeSlice } from './tokenize-answer.ts';
import {
  answerTooLarge,
  type TextLimits,
  type TokenizeJob,
  type TokenizeOptions,
  textPointer,
} from './tokenize-job.ts';
import { startWriting } from './tokenize-writing.ts';

/**
 * Takes a request that was read.
 * @throws RequestError for texts that are too large, and for options that the tokenizer has not
 */
export function beginTokenize(request: TokenizeRequest, about: TokenizerAbout, limits: TextLimits): TokenizeJob {
  const { texts, tokenizer: _, ...options } = request;
  const textEnds = new Int32Array(texts.length);
  let end = 0;
  for (const [i, text] of texts.entries()) {
    end += Buffer.byteLength(text);
    textEnds[i] = end;
    if (end <= limits.maxTextBytes) continue;
    const detail = `the text has more than ${limits.maxTextBytes} bytes, which is the limit of a request`;
    throw new RequestError('text_too_long', detail, { pointer: textPointer(options, i) });
  }
  // Lone surrogates become U+FFFD, which has as many code units: places stay as they are.
  const bytes = new Uint8Array(end);
  const target = Buffer.from(bytes.buffer);
  for (const [i, text] of texts.entries()) target.write(text, i === 0 ? 0 : textEnds[i - 1]);
  const around = options.addSpecialTokens ? about.before.length + about.after.length : 0;
  if (options.maxLength !== undefined && options.maxLength < around) {
    const detail = `max_length must be at least ${around}: the tokenizer ${about.name} puts so many tokens around a text`;
    throw new RequestError('invalid_option', detail, { pointer: '/max_length' });
  }
  return {
    options,
    tokenizer: about.name,
    bytes,
    textEnds,
    tokens: createTokenList(),
    tokenEnds: new Int32Array(texts.length),
    wasCut: new Uint8Array(texts.length),
    // A model of no known length takes what a request may send: every token has a byte at least.
    maxModelLength: about.maxTokens ?? limits.maxTextBytes,
    sought: allowedTokens(options.allowedSpecial, about).map(soughtToken),
    reading: { text: 0, at: 0, isBegun: false },
    writing: undefined,
    needsLong: false,
    written: 0,
  };
}

/**
 * Goes on with a job until it is done or the pace says so.
 * @returns the next bytes of the answer, if any, and whether they are the last
 * @throws RequestError for answers that are too large and chunks that are too small
 */
export function advanceTokenize(
  job: TokenizeJob,
  { tokenizer, limits }: { tokenizer: Tokenizer; limits: TextLimits },
  pace: Pace,
): { pieces: Uint8Array<ArrayBuffer>[]; isDone: boolean } {
  job.needsLong = false;
  if (job.writing === undefined) {
    if (!readTexts(job, tokenizer, pace)) return { pieces: [], isDone: false };
    beginAnswer(job, tokenizer, limits);
    if (pace.isOver()) return { pieces: [], isDone: false };
  }
  return advanceAnswer(job, { tokenizer, limits }, pace);
}

/**
 * Begins the answer, once all texts are read.
 * @throws RequestError for answers that are too large and chunks that are too small
 */
export function beginAnswer(job: TokenizeJob, { about }: KnownTokens, limits: TextLimits): void {
  job.writing = startWriting(job, chunked(job, about), limits.maxOutputBytes);
}

/**
 * Writes on, once the answer was begun.
 * @throws RequestError for answers that are too large
 */
export function advanceAnswer(
  job: TokenizeJob,
  { tokenizer, limits }: { tokenizer: KnownTokens; limits: TextLimits },
  pace: Pace,
): { pieces: Uint8Array<ArrayBuffer>[]; isDone: boolean } {
  if (job.writing === undefined) throw new Error('the answer was not begun');
  const { piece, isDone } = writeSlice(job, job.writing, tokenizer, pace);
  job.written += piece.length;
  if (job.written > limits.maxOutputBytes) throw answerTooLarge(job, limits.maxOutputBytes);
  return { pieces: [piece], isDone };
}

/** The tokens that a text may hold as such; by default none of those that are special. */
function allowedTokens(
  allowed: TokenizeOptions['allowedSpecial'],
  { name, specialTokens, unflaggedTokens }: TokenizerAbout,
): readonly SpecialToken[] {
  const all = [...specialTokens, ...unflaggedTokens];
  if (allowed === 'all') return all;
  if (allowed === undefined) return unflaggedTokens;
  const byText = new Map(all.map((token) => [token.text, token]));
  return [...new Set(allowed)].map((text) => {
    const token = byText.get(text);
    if (token !== undefined) return token;
    const detail = `the tokenizer ${name} has no such special token; it has ${shown([...byText.keys()])}`;
    throw new RequestError('invalid_option', detail, { pointer: `/allowed_special/${allowed.indexOf(text)}` });
  });
}

const MOST_SHOWN = 32;

function shown(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const rest = names.length - MOST_SHOWN;
  return names.slice(0, MOST_SHOWN).join(', ') + (rest > 0 ? ` and ${rest} more, see GET /tokenizers` : '');
}

/** The chunks of each text. */
function chunked(
  { options, tokens, tokenEnds, textEnds, wasCut, bytes }: TokenizeJob,
  about: TokenizerAbout,
): Chunk[][] {
  const { chunk } = options;
  if (chunk === undefined) return [];
  const [before, after] = options.addSpecialTokens ? [about.before.length, about.after.length] : [0, 0];
  return Array.from(tokenEnds, (end, text) => {
    const first = (text === 0 ? 0 : tokenEnds[text - 1]) + before;
    const last = end - after;
    const span = { from: text === 0 ? 0 : textEnds[text - 1], to: textEnds[text] };
    return chunksOf(tokens, { first, last }, bytes, {
      ...chunk,
      ...span,
      cut: wasCut[text] === 1 ? options.truncation : undefined,
    });
  });
}
