/** Writes the answers of POST /tokenize, slice by slice, in the shape that the request had. */
import { JsonBytes } from '../text/tokenize/json-bytes.ts';
import type { Pace, Tokenizer } from '../text/tokenize/tokenizer.ts';
import { characterEnd, characterStart, codeUnits } from '../text/tokenize/utf8.ts';
import { answerTooLarge, type TokenizeJob } from './tokenize-job.ts';

/** Where the writing stands, and the chunks that are written. */
export interface Writing {
  /** First token and end of each chunk, and where the chunks of each text end, in pairs. */
  chunks: Int32Array<ArrayBuffer>;
  chunkEnds: Int32Array<ArrayBuffer>;
  step: 'head' | 'open' | 'tokens' | 'strings' | 'chunks' | 'tail' | 'done';
  text: number;
  token: number;
  chunk: number;
  /** A byte at which a character begins, and the code units of its text before it. */
  place: Place;
  /** The same for the end of a chunk: ends of chunks and starts of chunks each only go forward. */
  chunkEnd: Place;
}

interface Place {
  byte: number;
  units: number;
}

/** Memory of a slice; one of 4 ms fills about so much. */
const SLICE_BYTES = 2 ** 20;
/** The clock is looked at once in so many tokens. */
const TOKENS_PER_LOOK = 64;
/** The least bytes that a token has in an answer of each shape. */
const LEAST_BYTES = { own: 70, tei: 50, vllm: 2 } as const;

const json = (text: string) => Buffer.from(text);
const ID = json('{"id":');
const NEXT_ID = json(',{"id":');
const TEXT = json(',"text":');
const START = json(',"start":');
const STOP = json(',"stop":');
const END = json(',"end":');
const BYTE_START = json(',"byte_start":');
const BYTE_END = json(',"byte_end":');
const NO_PLACE = json(',"start":null,"end":null,"byte_start":null,"byte_end":null');
const NO_STOP = json(',"start":null,"stop":null');
const SPECIAL = json(',"special":true');
const NOT_SPECIAL = json(',"special":false');
const PARTIAL = json(',"partial":true');
const CLOSE = json('}');
const NULL = json('null');
const COMMA = json(',');
const CHUNK_START = json('{"start":');
const COUNT = json(',"count":');

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

/** Writes on until the pace says so, and a little at least. */
export function writeSlice(
  job: TokenizeJob,
  writing: Writing,
  tokenizer: Tokenizer,
  pace: Pace,
): { piece: Uint8Array<ArrayBuffer>; isDone: boolean } {
  const out = new JsonBytes(Math.min(SLICE_BYTES, 1024 + 128 * job.tokens.count));
  const writer = new AnswerWriter(job, writing, tokenizer, out);
  while (writing.step !== 'done') {
    writer.step(pace);
    if (pace.isOver()) break;
  }
  return { piece: out.finish(), isDone: writing.step === 'done' };
}

/** One slice of writing. What has to outlive it is in `#at`. */
class AnswerWriter {
  readonly #job: TokenizeJob;
  readonly #at: Writing;
  readonly #tokenizer: Tokenizer;
  readonly #out: JsonBytes;

  constructor(job: TokenizeJob, at: Writing, tokenizer: Tokenizer, out: JsonBytes) {
    this.#job = job;
    this.#at = at;
    this.#tokenizer = tokenizer;
    this.#out = out;
  }

  step(pace: Pace): void {
    const at = this.#at;
    if (at.step === 'head') this.#head();
    else if (at.step === 'open') this.#open();
    else if (at.step === 'tokens') this.#tokens(pace);
    else if (at.step === 'strings') this.#strings(pace);
    else if (at.step === 'chunks') this.#chunks(pace);
    else this.#tail();
  }

  #head(): void {
    const { options, tokenizer } = this.#job;
    if (options.shape === 'tei') this.#write('[');
    if (options.shape === 'own') {
      this.#write(`{"tokenizer":${JSON.stringify(tokenizer)},${options.isList ? '"results":[' : ''}`);
    }
    this.#at.step = this.#job.textEnds.length > 0 ? 'open' : 'tail';
  }

  /** What stands before the tokens of a text. */
  #open(): void {
    const { options, tokenEnds, textEnds, wasCut, maxModelLength } = this.#job;
    const at = this.#at;
    const count = tokenEnds[at.text] - at.token;
    if (at.text > 0) this.#write(',');
    if (options.shape === 'tei') this.#write('[');
    else if (options.shape === 'vllm') {
      this.#write(`{"count":${count},"max_model_len":${maxModelLength},"tokens":[`);
    } else {
      const cut = wasCut[at.text] === 1 ? '"truncated":true,' : '';
      this.#write(`${options.isList ? '{' : ''}"count":${count},${cut}"tokens":[`);
    }
    const start = at.text === 0 ? 0 : textEnds[at.text - 1];
    at.place = { byte: start, units: 0 };
    at.step = 'tokens';
  }

  #tokens(pace: Pace): void {
    const { options, tokenEnds, tokens } = this.#job;
    const at = this.#at;
    const first = at.text === 0 ? 0 : tokenEnds[at.text - 1];
    const end = tokenEnds[at.text];
    while (at.token < end) {
      if (options.shape !== 'vllm') this.#token(at.token, at.token === first);
      else {
        if (at.token > first) this.#out.raw(COMMA);
        this.#id(tokens.ids[at.token]);
      }
      at.token++;
      if (at.token % TOKENS_PER_LOOK === 0 && pace.isOver()) return;
    }
    this.#write(']');
    if (options.shape === 'own' && options.chunk !== undefined) {
      const { textEnds } = this.#job;
      const start = at.text === 0 ? 0 : textEnds[at.text - 1];
      at.place = { byte: start, units: 0 };
      at.chunkEnd = { byte: start, units: 0 };
      this.#write(',"chunks":[');
      at.step = 'chunks';
    } else if (options.tokenStrings) {
      this.#write(',"token_strs":[');
      at.token = first;
      at.step = 'strings';
    } else this.#close();
  }

  /** One token in our own shape or that of text-embeddings-inference. */
  #token(token: number, isFirst: boolean): void {
    const { tokens, bytes, options } = this.#job;
    const out = this.#out;
    const [id, tokenStart, tokenEnd] = [tokens.ids[token], tokens.starts[token], tokens.ends[token]];
    const isOwn = options.shape === 'own';
    out.raw(isFirst ? ID : NEXT_ID);
    this.#id(id);
    out.raw(TEXT);
    if (tokenStart < 0) {
      this.#write(JSON.stringify(this.#tokenizer.textOf(id) ?? ''));
      if (isOwn) out.raw(NO_PLACE);
      this.#special(id);
      if (!isOwn) out.raw(NO_STOP);
      out.raw(CLOSE);
      return;
    }
    const start = characterStart(bytes, tokenStart);
    const end = characterEnd(bytes, tokenEnd);
    const units = out.text(bytes, start, end);
    const base = this.#textStart();
    if (isOwn) {
      const { place } = this.#at;
      const before = moveTo(place, start, bytes);
      out.raw(START);
      out.integer(before);
      out.raw(END);
      out.integer(before + units);
      // The next token begins here, or within the last character of this one.
      if (end === tokenEnd) {
        place.byte = end;
        place.units = before + units;
      }
      out.raw(BYTE_START);
      out.integer(start - base);
      out.raw(BYTE_END);
      out.integer(end - base);
      this.#special(id);
      if (start !== tokenStart || end !== tokenEnd) out.raw(PARTIAL);
    } else {
      this.#special(id);
      out.raw(START);
      out.integer(start - base);
      out.raw(STOP);
      out.integer(end - base);
    }
    out.raw(CLOSE);
  }

  #strings(pace: Pace): void {
    const { tokenEnds, tokens, bytes } = this.#job;
    const at = this.#at;
    const first = at.text === 0 ? 0 : tokenEnds[at.text - 1];
    while (at.token < tokenEnds[at.text]) {
      if (at.token > first) this.#out.raw(COMMA);
      const [start, end] = [tokens.starts[at.token], tokens.ends[at.token]];
      if (start < 0) this.#write(JSON.stringify(this.#tokenizer.textOf(tokens.ids[at.token]) ?? ''));
      else this.#out.text(bytes, characterStart(bytes, start), characterEnd(bytes, end));
      at.token++;
      if (at.token % TOKENS_PER_LOOK === 0 && pace.isOver()) return;
    }
    this.#write(']');
    this.#close();
  }

  #chunks(pace: Pace): void {
    const { tokens, bytes } = this.#job;
    const at = this.#at;
    const first = at.text === 0 ? 0 : at.chunkEnds[at.text - 1];
    while (at.chunk < at.chunkEnds[at.text]) {
      const [from, to] = [at.chunks[at.chunk], at.chunks[at.chunk + 1]];
      const [start, end] = [tokens.starts[from], tokens.ends[to - 1]];
      const out = this.#out;
      if (at.chunk > first) out.raw(COMMA);
      out.raw(CHUNK_START);
      out.integer(moveTo(at.place, start, bytes));
      out.raw(END);
      out.integer(moveTo(at.chunkEnd, end, bytes));
      out.raw(COUNT);
      out.integer(to - from);
      out.raw(TEXT);
      out.text(bytes, start, end);
      out.raw(CLOSE);
      at.chunk += 2;
      if (pace.isOver()) return;
    }
    this.#write(']');
    this.#close();
  }

  /** What stands behind a text. */
  #close(): void {
    const { options, textEnds } = this.#job;
    const at = this.#at;
    if (options.shape === 'vllm' || (options.shape === 'own' && options.isList)) this.#write('}');
    at.text++;
    at.step = at.text < textEnds.length ? 'open' : 'tail';
  }

  #tail(): void {
    const { options } = this.#job;
    if (options.shape === 'tei') this.#write(']');
    if (options.shape === 'own') this.#write(options.isList ? ']}' : '}');
    this.#at.step = 'done';
  }

  #id(id: number): void {
    if (id < 0) this.#out.raw(NULL);
    else this.#out.integer(id);
  }

  #special(id: number): void {
    const isSpecial = this.#tokenizer.isSpecial(id) && !this.#tokenizer.isUnknown(id);
    this.#out.raw(isSpecial ? SPECIAL : NOT_SPECIAL);
  }

  #textStart(): number {
    const { text } = this.#at;
    return text === 0 ? 0 : this.#job.textEnds[text - 1];
  }

  #write(text: string): void {
    this.#out.raw(json(text));
  }
}

/** Moves a place to `byte`, and gives the code units before it. It goes back by no more than a token. */
function moveTo(place: Place, byte: number, bytes: Uint8Array): number {
  if (byte < place.byte) place.units -= codeUnits(bytes, byte, place.byte);
  else place.units += codeUnits(bytes, place.byte, byte);
  place.byte = byte;
  return place.units;
}
