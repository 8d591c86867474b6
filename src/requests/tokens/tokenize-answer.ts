/** Writes the answers of POST /tokenize, slice by slice, in the shape that the request had. */
import { fixedJson, JsonBytes } from '../../text/tokenize/json-bytes.ts';
import type { KnownTokens, Pace } from '../../text/tokenize/tokenizer.ts';
import { characterEnd, characterStart, codeUnits } from '../../text/tokenize/utf8.ts';
import type { Place, TokenizeJob, Writing } from './tokenize-job.ts';
import { CHUNK_NUMBERS } from './tokenize-writing.ts';

/** One slice is written at a time, always into the same memory: fresh pages would cost a third of the writing. */
const scratch = new JsonBytes(2 ** 16);
/** The most of it that is kept; a slice of 4 ms fills half of that. */
const KEPT_BYTES = 2 ** 21;
/** The clock is looked at once in so many tokens. */
const TOKENS_PER_LOOK = 64;
const ID = fixedJson('{"id":');
const NEXT_ID = fixedJson(',{"id":');
const TEXT = fixedJson(',"text":');
const START = fixedJson(',"start":');
const STOP = fixedJson(',"stop":');
const END = fixedJson(',"end":');
const BYTE_START = fixedJson(',"byte_start":');
const BYTE_END = fixedJson(',"byte_end":');
const NO_PLACE = fixedJson(',"start":null,"end":null,"byte_start":null,"byte_end":null');
const NO_STOP = fixedJson(',"start":null,"stop":null}');
const SPECIAL = fixedJson(',"special":true');
const NOT_SPECIAL = fixedJson(',"special":false');
const CLOSE = fixedJson('}');
const CLOSE_PARTIAL = fixedJson(',"partial":true}');
const NULL = fixedJson('null');
const COMMA = fixedJson(',');
const CHUNK_START = fixedJson('{"start":');
const COUNT = fixedJson(',"count":');

/** Writes on until the pace says so, and a little at least. */
export function writeSlice(
  job: TokenizeJob,
  writing: Writing,
  tokenizer: KnownTokens,
  pace: Pace,
): { piece: Uint8Array<ArrayBuffer>; isDone: boolean } {
  scratch.clear(KEPT_BYTES);
  const writer = new AnswerWriter(job, writing, tokenizer, scratch);
  while (writing.step !== 'done') {
    writer.step(pace);
    if (pace.isOver()) break;
  }
  return { piece: scratch.copy(), isDone: writing.step === 'done' };
}

/** One slice of writing. What has to outlive it is in `#at`. */
class AnswerWriter {
  readonly #job: TokenizeJob;
  readonly #at: Writing;
  readonly #tokenizer: KnownTokens;
  readonly #out: JsonBytes;

  constructor(job: TokenizeJob, at: Writing, tokenizer: KnownTokens, out: JsonBytes) {
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
        if (at.token > first) this.#out.fixed(COMMA);
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
    const id = tokens.ids[token];
    const tokenStart = tokens.starts[token];
    const tokenEnd = tokens.ends[token];
    out.fixed(isFirst ? ID : NEXT_ID);
    this.#id(id);
    out.fixed(TEXT);
    if (tokenStart < 0) {
      this.#write(JSON.stringify(this.#tokenizer.textOf(id) ?? ''));
      if (options.shape === 'own') out.fixed(NO_PLACE);
      out.fixed(id < 0 ? NOT_SPECIAL : SPECIAL);
      out.fixed(options.shape === 'own' ? CLOSE : NO_STOP);
      return;
    }
    const tail = this.#tokenizer.isSpecial(id) && !this.#tokenizer.isUnknown(id) ? SPECIAL : NOT_SPECIAL;
    const start = characterStart(bytes, tokenStart);
    const end = characterEnd(bytes, tokenEnd);
    const units = out.text(bytes, start, end);
    const base = this.#textStart();
    if (options.shape === 'tei') {
      out.fixed(tail);
      out.fixed(START);
      out.integer(start - base);
      out.fixed(STOP);
      out.integer(end - base);
      out.fixed(CLOSE);
      return;
    }
    const { place } = this.#at;
    const before = moveTo(place, start, bytes);
    out.fixed(START);
    out.integer(before);
    out.fixed(END);
    out.integer(before + units);
    out.fixed(BYTE_START);
    out.integer(start - base);
    out.fixed(BYTE_END);
    out.integer(end - base);
    out.fixed(tail);
    // The next token begins at the end of this one, or within the last character of it.
    if (end === tokenEnd) {
      place.byte = end;
      place.units = before + units;
    }
    out.fixed(this.#isPartial(token, start, end) ? CLOSE_PARTIAL : CLOSE);
  }

  #strings(pace: Pace): void {
    const { tokenEnds, tokens, bytes } = this.#job;
    const at = this.#at;
    const first = at.text === 0 ? 0 : tokenEnds[at.text - 1];
    while (at.token < tokenEnds[at.text]) {
      if (at.token > first) this.#out.fixed(COMMA);
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
    const { bytes } = this.#job;
    const at = this.#at;
    const first = at.text === 0 ? 0 : at.chunkEnds[at.text - 1];
    while (at.chunk < at.chunkEnds[at.text]) {
      const [start, end, count] = at.chunks.subarray(at.chunk, at.chunk + CHUNK_NUMBERS);
      const out = this.#out;
      if (at.chunk > first) out.fixed(COMMA);
      out.fixed(CHUNK_START);
      out.integer(moveTo(at.place, start, bytes));
      out.fixed(END);
      out.integer(moveTo(at.chunkEnd, end, bytes));
      out.fixed(COUNT);
      out.integer(count);
      out.fixed(TEXT);
      out.text(bytes, start, end);
      out.fixed(CLOSE);
      at.chunk += CHUNK_NUMBERS;
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
    if (id < 0) this.#out.fixed(NULL);
    else this.#out.integer(id);
  }

  /** Whether a token has not all of its characters, or not for itself. */
  #isPartial(token: number, start: number, end: number): boolean {
    const { tokens, tokenEnds } = this.#job;
    const { starts, ends } = tokens;
    if (start !== starts[token] || end !== ends[token]) return true;
    if (start === end) return false;
    // Tokens of other texts, and those around a text, lie elsewhere; behind the last may still stand what was cut off.
    const before = token > 0 && starts[token - 1] < end && ends[token - 1] > start;
    const next = token + 1;
    return before || (next < tokenEnds[this.#at.text] && starts[next] < end && ends[next] > start);
  }

  #textStart(): number {
    const { text } = this.#at;
    return text === 0 ? 0 : this.#job.textEnds[text - 1];
  }

  #write(text: string): void {
    this.#out.raw(text);
  }
}

/** Moves a place to `byte`, and gives the code units before it. It goes back by no more than a token. */
function moveTo(place: Place, byte: number, bytes: Uint8Array): number {
  if (byte < place.byte) place.units -= codeUnits(bytes, byte, place.byte);
  else place.units += codeUnits(bytes, place.byte, byte);
  place.byte = byte;
  return place.units;
}
