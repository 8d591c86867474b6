/** POST /tokenize on a thread: in slices, so that a megabyte of text holds up nobody, and with all its state in one value that any thread can go on with. */
import type { Chosen, TokenizeRequest } from '../../codec/tokenize-options.ts';
import { RequestError } from '../../errors.ts';
import { chunksOf } from '../../text/tokenize/chunks.ts';
import { nextSpecial, soughtToken } from '../../text/tokenize/special-search.ts';
import { addToken, createTokenList } from '../../text/tokenize/token-list.ts';
import type { Pace, SpecialToken, Tokenizer } from '../../text/tokenize/tokenizer.ts';
import { DEFAULT_TOKENIZER, type TokenizerSet } from '../../text/tokenize/tokenizer-set.ts';
import { writeSlice } from './tokenize-answer.ts';
import { answerTooLarge, type TextLimits, type TokenizeJob, type TokenizeOptions } from './tokenize-job.ts';
import { startWriting } from './tokenize-writing.ts';

/**
 * Takes a request that was read.
 * @throws RequestError for texts that are too large and tokenizers that there are not
 */
export function beginTokenize(request: TokenizeRequest, tokenizers: TokenizerSet, limits: TextLimits): TokenizeJob {
  const { texts, tokenizer: asked, ...options } = request;
  const { about } = chosenTokenizer(asked, tokenizers);
  const textEnds = new Int32Array(texts.length);
  let end = 0;
  for (const [i, text] of texts.entries()) {
    const bytes = Buffer.byteLength(text);
    const pointer = options.isList ? `/${options.field}/${i}` : `/${options.field}`;
    if (about.maxTextBytes !== null && bytes > about.maxTextBytes) {
      const detail = `the tokenizer ${about.name} takes texts of up to ${about.maxTextBytes} bytes, and this one has ${bytes}`;
      throw new RequestError('text_too_long', detail, { pointer });
    }
    end += bytes;
    textEnds[i] = end;
    if (end <= limits.maxTextBytes) continue;
    const detail = `the text has more than ${limits.maxTextBytes} bytes, which is the limit of a request`;
    throw new RequestError('text_too_long', detail, { pointer });
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
    sought: allowedTokens(options.allowedSpecial, about.specialTokens, about.name).map(soughtToken),
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
  { tokenizers, limits }: { tokenizers: TokenizerSet; limits: TextLimits },
  pace: Pace,
): { pieces: Uint8Array<ArrayBuffer>[]; isDone: boolean } {
  const tokenizer = tokenizers.get(job.tokenizer);
  if (tokenizer === undefined) throw new Error(`the tokenizer ${job.tokenizer} has gone`);
  job.needsLong = false;
  if (job.writing === undefined) {
    if (!readTexts(job, tokenizer, pace)) return { pieces: [], isDone: false };
    job.writing = startWriting(job, chunked(job, tokenizer), limits.maxOutputBytes);
    if (pace.isOver()) return { pieces: [], isDone: false };
  }
  const { piece, isDone } = writeSlice(job, job.writing, tokenizer, pace);
  job.written += piece.length;
  if (job.written > limits.maxOutputBytes) throw answerTooLarge(job, limits.maxOutputBytes);
  return { pieces: [piece], isDone };
}

/**
 * The tokenizer that was asked for.
 * @throws RequestError when there is none of the name
 */
export function chosenTokenizer({ name, field }: Chosen, tokenizers: TokenizerSet): Tokenizer {
  const tokenizer = tokenizers.get(name ?? DEFAULT_TOKENIZER);
  if (tokenizer !== undefined) return tokenizer;
  const detail = `${field} must be the name of a tokenizer: ${tokenizers.names.join(', ')}`;
  throw new RequestError('invalid_option', detail, { pointer: `/${field}` });
}

function allowedTokens(
  allowed: TokenizeOptions['allowedSpecial'],
  special: readonly SpecialToken[],
  tokenizer: string,
): readonly SpecialToken[] {
  if (allowed === 'all') return special;
  const byText = new Map(special.map((token) => [token.text, token]));
  return [...new Set(allowed)].map((text) => {
    const token = byText.get(text);
    if (token !== undefined) return token;
    const detail = `the tokenizer ${tokenizer} has no such special token; it has ${[...byText.keys()].join(', ') || 'none'}`;
    throw new RequestError('invalid_option', detail, { pointer: `/allowed_special/${allowed.indexOf(text)}` });
  });
}

/** Reads texts into tokens; whether all are read. */
function readTexts(job: TokenizeJob, tokenizer: Tokenizer, pace: Pace): boolean {
  const { reading, textEnds, tokens, options } = job;
  const { before } = tokenizer.about;
  while (reading.text < textEnds.length) {
    if (!reading.isBegun) {
      for (const token of job.sought) token.next = -1;
      if (options.addSpecialTokens) for (const id of before) addToken(tokens, id, -1, -1);
      reading.isBegun = true;
    }
    const end = textEnds[reading.text];
    while (reading.at < end && !isFull(job, tokenizer)) {
      if (!readSection(job, tokenizer, end, pace) || (reading.at < end && pace.isOver())) return false;
    }
    endText(job, tokenizer);
    if (pace.isOver() && reading.text < textEnds.length) return false;
  }
  return true;
}

/** Reads up to the next special token, and that; false when it has to be gone on with by a thread with time. */
function readSection(job: TokenizeJob, tokenizer: Tokenizer, end: number, pace: Pace): boolean {
  const { bytes, tokens, reading, sought } = job;
  const special = nextSpecial(sought, bytes, reading.at, end);
  const sectionEnd = special?.start ?? end;
  if (reading.at < sectionEnd) {
    const stop = tokenizer.encode(bytes, reading.at, sectionEnd, tokens, pace);
    reading.at = stop.at;
    job.needsLong = stop.needsLong;
    if (stop.needsLong) return false;
  }
  if (special !== undefined && reading.at === special.start) {
    addToken(tokens, special.id, special.start, special.end);
    reading.at = special.end;
  }
  return true;
}

/** Tokens of the text that is read, without those put around it: where they begin, and how many there may be. */
function room({ options, reading, tokenEnds }: TokenizeJob, { about }: Tokenizer): { first: number; most: number } {
  const [before, after] = options.addSpecialTokens ? [about.before.length, about.after.length] : [0, 0];
  const first = (reading.text === 0 ? 0 : tokenEnds[reading.text - 1]) + before;
  const { maxLength } = options;
  return { first, most: maxLength === undefined ? Number.POSITIVE_INFINITY : maxLength - before - after };
}

/** Whether what is left of the text would be cut off whatever it is. */
function isFull(job: TokenizeJob, tokenizer: Tokenizer): boolean {
  const { first, most } = room(job, tokenizer);
  return job.options.truncation === 'right' && job.tokens.count - first >= most;
}

function endText(job: TokenizeJob, tokenizer: Tokenizer): void {
  const { options, reading, tokens, textEnds } = job;
  const { first, most } = room(job, tokenizer);
  const end = textEnds[reading.text];
  const excess = tokens.count - first - most;
  if (excess > 0 && options.truncation === 'left') {
    for (const column of [tokens.ids, tokens.starts, tokens.ends])
      column.copyWithin(first, first + excess, tokens.count);
  }
  if (excess > 0) tokens.count = first + most;
  if (excess > 0 || reading.at < end) job.wasCut[reading.text] = 1;
  if (options.addSpecialTokens) for (const id of tokenizer.about.after) addToken(tokens, id, -1, -1);
  job.tokenEnds[reading.text] = tokens.count;
  reading.text++;
  reading.at = end;
  reading.isBegun = false;
}

/** The chunks of each text, as pairs of a first token and an end. */
function chunked({ options, tokens, tokenEnds, bytes }: TokenizeJob, { about }: Tokenizer): number[][] {
  const { chunk } = options;
  if (chunk === undefined) return [];
  const [before, after] = options.addSpecialTokens ? [about.before.length, about.after.length] : [0, 0];
  return Array.from(tokenEnds, (end, text) => {
    const first = (text === 0 ? 0 : tokenEnds[text - 1]) + before;
    return chunksOf(tokens, { first, last: end - after }, bytes, chunk);
  });
}
