/** Requests for a tokenizer that a thread of its own has loaded: that thread answers them from the first byte to the last. */
import { setImmediate } from 'node:timers/promises';
import { RequestError } from '../../errors.ts';
import type { HuggingFaceTokenizer } from '../../text/hugging-face/tokenizer.ts';
import { MEDIA_TYPE } from '../answer.ts';
import type { RequestLimits } from '../open-context.ts';
import type { TokenRequest } from '../request.ts';
import { checkedLists, detokenized } from './detokenize.ts';
import { beginText, endText, isFull } from './read-texts.ts';
import { readDecode, readDetokenize, readTokenize } from './read-token-request.ts';
import type { Tokenized } from './token-runner.ts';
import { advanceAnswer, beginAnswer, beginTokenize } from './tokenize.ts';
import { type TextLimits, type TokenizeJob, textPointer } from './tokenize-job.ts';

export type LoadedLimits = RequestLimits & TextLimits;

/** What an answer needs beside the request. */
export interface LoadedSetting {
  tokenizer: HuggingFaceTokenizer;
  limits: LoadedLimits;
  /** How long the thread writes before others have their turn, in ms. */
  sliceMs: number;
  /** Whether nobody waits for the answer any more. */
  isStopped(): boolean;
}

/**
 * The whole answer. Others on this thread have their turn between the windows of a text and the slices of an answer.
 * @throws RequestError for any fault in the request
 */
export async function answerLoaded(request: TokenRequest, setting: LoadedSetting): Promise<Tokenized> {
  const { kind, body } = request;
  const { limits } = setting;
  if (kind === 'tokenize') return await tokenizeLoaded(body, setting);
  const start = performance.now();
  const asked = kind === 'detokenize' ? readDetokenize(body, limits) : readDecode(body, limits);
  const read = performance.now();
  const { tokenizer } = setting;
  const lists = checkedLists(asked, tokenizer, limits);
  const texts: string[] = [];
  let room = limits.maxOutputBytes;
  for (const ids of lists) {
    const text = await tokenizer.decode(ids, asked.skipSpecial, room);
    room -= Buffer.byteLength(text);
    texts.push(text);
  }
  return whole([detokenized(asked.shape, texts)], { decodeMs: read - start, computeMs: performance.now() - read });
}

async function tokenizeLoaded(body: Uint8Array, setting: LoadedSetting): Promise<Tokenized> {
  const { tokenizer, limits, sliceMs, isStopped } = setting;
  const start = performance.now();
  const job = beginTokenize(readTokenize(body, limits), tokenizer.about, limits);
  const begun = performance.now();
  await readLoadedTexts(job, setting);
  if (!isStopped()) beginAnswer(job, tokenizer, limits);
  const read = performance.now();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let isDone = false; !isDone && !isStopped(); ) {
    const from = performance.now();
    const slice = advanceAnswer(job, setting, { isOver: () => performance.now() - from >= sliceMs, mayBeLong: true });
    pieces.push(...slice.pieces);
    isDone = slice.isDone;
    if (!isDone) await setImmediate();
  }
  const encodeMs = performance.now() - read;
  return { ...whole(pieces, { decodeMs: begun - start, computeMs: read - begun }), encodeMs };
}

async function readLoadedTexts(job: TokenizeJob, { tokenizer, isStopped }: LoadedSetting): Promise<void> {
  const { reading, textEnds, tokens, options } = job;
  const isOver = () => isStopped() || isFull(job, tokenizer);
  const encoding = { hidden: tokenizer.hiding(options.allowedSpecial), isOver };
  while (reading.text < textEnds.length && !isStopped()) {
    beginText(job, tokenizer);
    const to = textEnds[reading.text];
    if (reading.at < to && !isFull(job, tokenizer)) {
      const isRead = await tokenizer
        .encode(job.bytes, { from: reading.at, to }, tokens, encoding)
        .catch((error: unknown) => throwAt(job, error));
      if (isRead) reading.at = to;
    }
    endText(job, tokenizer);
  }
}

/** A text that is too long for a tokenizer is pointed at. */
function throwAt({ options, reading }: TokenizeJob, error: unknown): never {
  if (!(error instanceof RequestError && error.code === 'text_too_long')) throw error;
  throw new RequestError(error.code, error.message, { pointer: textPointer(options, reading.text) });
}

function whole(pieces: Uint8Array[], { decodeMs, computeMs }: { decodeMs: number; computeMs: number }): Tokenized {
  return { contentType: MEDIA_TYPE.json, pieces, rest: undefined, decodeMs, computeMs, encodeMs: 0 };
}
