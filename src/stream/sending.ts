import type { Step } from '../attention/steps.ts';
import type { StepEncoding } from '../tasks/tasks.ts';
import { frameHeader } from './frame.ts';
import type { Run } from './run.ts';
import type { WrittenStep } from './step-cache.ts';

/** A piece of what is sent to a client. */
export interface Chunk {
  bytes: Uint8Array;
  binary: boolean;
  /** Whether a message ends with it. */
  end: boolean;
}

/** How a kind of connection writes a step. */
export interface StepForm {
  encoding: StepEncoding;
  /** What stands before and behind the numbers; a binary form has a message of its own before them. */
  wrap(written: WrittenStep, seq: number): { message?: string; before: string | Uint8Array; after: string };
}

/** Numbers go out in pieces of this size, so that a client that reads slowly is seen to read. */
const CHUNK_BYTES = 64 * 1024;
/** Messages up to this are sent in one piece. */
const SMALL_BYTES = 16 * 1024;

/** Steps in messages of one subscription: JSON text, numbers and all. */
export function jsonForm(id: string): StepForm {
  const head = `{"type":"step","id":${JSON.stringify(id)},`;
  return { encoding: 'json', wrap: ({ about }) => ({ before: `${head}${about},`, after: '' }) };
}

/** Steps in two messages: JSON without the numbers, then a binary frame with them. */
export function binaryForm(id: string, index: number): StepForm {
  const head = `{"type":"step","id":${JSON.stringify(id)},`;
  return {
    encoding: 'binary',
    wrap: ({ about, shape, bytes }, seq) => {
      const numbers = shape.reduce((count, dim) => count * dim, 1);
      const dtype = bytes === 8 * numbers ? 'float64' : 'float32';
      return {
        message: `${head}${about},"binary":true}`,
        before: frameHeader({ index, seq, dtype, shape }),
        after: '',
      };
    },
  };
}

/** Steps as server-sent events, whose id is the number of the step. */
export function eventForm(id: string): StepForm {
  const { wrap, encoding } = jsonForm(id);
  return {
    encoding,
    wrap: (written, seq) => ({ before: `id: ${seq}\nevent: step\ndata: ${wrap(written, seq).before}`, after: '\n\n' }),
  };
}

/**
 * One step on its way to one client. It holds no numbers but a place in them: what was dropped in between is written again,
 * with the same bytes. Invariant: the run is held until the last chunk was given or `drop` was called.
 */
export class StepSending {
  readonly #run: Run;
  readonly #step: Step;
  readonly #form: StepForm;
  #frame: { before: Uint8Array; after: Uint8Array } | undefined;
  /** Bytes of the numbers that were given. */
  #given = 0;
  #isOver = false;
  /** Messages that come before the numbers, and what is left of theirs. */
  readonly #ready: Chunk[] = [];

  constructor(run: Run, step: Step, form: StepForm) {
    this.#run = run;
    this.#step = step;
    this.#form = form;
    run.hold();
  }

  /**
   * The next chunk; `undefined` at the end. `'pending'` while a thread writes the numbers: the run's news will tell.
   * `'broken'` when the run ended before they were all given: the message will never be whole.
   */
  next(): Chunk | 'pending' | 'broken' | undefined {
    const ready = this.#ready.shift();
    if (ready !== undefined) return ready;
    if (this.#isOver) return undefined;
    const written = this.#run.written(this.#step.seq, this.#form.encoding);
    if (written === undefined) {
      if (this.#run.endedWith !== undefined) return 'broken';
      this.#run.ask([this.#step], this.#form.encoding);
      return 'pending';
    }
    if (this.#frame === undefined) this.#begin(written);
    return this.#ready.shift() ?? this.#numbers(written);
  }

  drop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ready.length = 0;
    this.#run.letGo();
  }

  #begin(written: WrittenStep): void {
    const { message, before, after } = this.#form.wrap(written, this.#step.seq);
    const binary = message !== undefined;
    if (binary) this.#ready.push({ bytes: Buffer.from(message), binary: false, end: true });
    this.#frame = { before: typeof before === 'string' ? Buffer.from(before) : before, after: Buffer.from(after) };
    const { before: head, after: tail } = this.#frame;
    if (head.byteLength + written.bytes + tail.byteLength > SMALL_BYTES) {
      this.#ready.push({ bytes: head, binary, end: false });
      return;
    }
    this.#ready.push({ bytes: Buffer.concat([head, ...written.pieces, tail]), binary, end: true });
    this.#isOver = true;
    this.#run.letGo();
  }

  #numbers(written: WrittenStep): Chunk {
    let skip = this.#given;
    const piece = written.pieces.find(({ byteLength }) => {
      if (skip < byteLength) return true;
      skip -= byteLength;
      return false;
    });
    if (piece === undefined) throw new Error('a step was written twice, and differently');
    const bytes = piece.subarray(skip, skip + CHUNK_BYTES);
    this.#given += bytes.byteLength;
    const isLast = this.#given === written.bytes;
    const tail = this.#frame?.after;
    const binary = this.#form.encoding === 'binary';
    if (!isLast) return { bytes, binary, end: false };
    this.#isOver = true;
    this.#run.letGo();
    if (tail === undefined || tail.byteLength === 0) return { bytes, binary, end: true };
    this.#ready.push({ bytes: tail, binary, end: true });
    return { bytes, binary, end: false };
  }
}
