/** Gathers the bytes of a body as they come, without reading them: memory grows with what arrived, not with what was announced. */
import type { IncomingMessage } from 'node:http';
import { RequestError } from '../../errors.ts';
import type { LentMemory } from '../../pool/pool-memory.ts';
import type { ClientBytes } from '../../pressure/held-bytes.ts';

export interface BodyLimits {
  maxBodyBytes: number;
  bodyTimeoutMs: number;
  /** Bytes a second. */
  bodyMinRate: number;
}

export type BodyMemory = Pick<LentMemory, 'body' | 'release'>;

/** Announced lengths up to this are allocated with the first bytes. */
const SMALL_BYTES = 16 * 1024;
/** From this part of the announced length on, the client is trusted with all of it. */
const TRUSTED_PART = 1 / 8;
const NOTHING = new Uint8Array(0);

/** The announced length of a body, if it was. Node has checked that it is a number. */
export function announcedLength({ headers }: IncomingMessage): number | undefined {
  return headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
}

/** @throws RequestError `body_too_large` for what a header announces */
export function checkAnnounced(request: IncomingMessage, { maxBodyBytes }: BodyLimits): void {
  const length = announcedLength(request);
  if (length !== undefined && length > maxBodyBytes) throw tooLarge(maxBodyBytes);
}

/**
 * The whole body, in memory of the pool; whoever gets it releases it.
 * @throws RequestError `body_too_large`, `request_timeout`, `incomplete_body`, `saturated`
 */
export function gatherBody(
  request: IncomingMessage,
  limits: BodyLimits,
  memory: BodyMemory,
  held: ClientBytes,
): Promise<Uint8Array> {
  const length = announcedLength(request);
  return new Promise((resolve, reject) => {
    const body = new ArrivingBody(length, limits.maxBodyBytes, memory, held);
    const start = performance.now();
    const onTimer = () => {
      // As Apache's mod_reqtimeout: each byte extends the time, so large bodies may be slow, and idle clients may not.
      const allowedMs = limits.bodyTimeoutMs + (body.received / limits.bodyMinRate) * 1000;
      const restMs = start + allowedMs - performance.now();
      if (restMs > 0) timer = setTimeout(onTimer, Math.ceil(restMs));
      else
        end(
          new RequestError(
            'request_timeout',
            `${body.received} bytes of the body arrived in ${Math.round(allowedMs)} ms, which is too slow`,
          ),
        );
    };
    let timer = setTimeout(onTimer, limits.bodyTimeoutMs);
    const onData = (chunk: Uint8Array) => {
      try {
        body.append(chunk);
      } catch (error) {
        end(error);
      }
    };
    const onEnd = () => end(undefined);
    // `close` without `end`: the client went away, or the framing of its chunks was wrong.
    const onClose = () => end(new RequestError('incomplete_body', `the body ended after ${body.received} bytes`));
    const end = (error: unknown) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      try {
        if (error !== undefined) throw error;
        resolve(body.finish());
      } catch (fault) {
        body.drop();
        reject(fault);
      }
    };
    // The client may have gone while its token was looked at.
    if (request.destroyed) {
      onClose();
      return;
    }
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    // `close` follows; without a listener the error would end the process.
    request.on('error', () => {});
    // What was put back by the express lane waits: see express-lane.ts.
    request.resume();
  });
}

/** A body in memory that grows. Invariant: the first `received` bytes of `#memory` are the body so far; its size is held. */
class ArrivingBody {
  received = 0;
  #memory: Uint8Array = NOTHING;
  readonly #length: number | undefined;
  readonly #maxBytes: number;
  readonly #lender: BodyMemory;
  readonly #held: ClientBytes;

  constructor(length: number | undefined, maxBytes: number, lender: BodyMemory, held: ClientBytes) {
    this.#length = length;
    this.#maxBytes = maxBytes;
    this.#lender = lender;
    this.#held = held;
  }

  append(chunk: Uint8Array): void {
    const end = this.received + chunk.byteLength;
    if (end > this.#maxBytes) throw tooLarge(this.#maxBytes);
    if (end > this.#memory.byteLength) this.#grow(end);
    copy(chunk, this.#memory, this.received);
    this.received = end;
  }

  /** The body in memory of exactly its size: other threads get the whole buffer below it. */
  finish(): Uint8Array {
    if (this.received !== this.#memory.byteLength) this.#moveTo(this.received);
    this.#held.give(this.#memory.byteLength);
    return this.#memory;
  }

  drop(): void {
    this.#held.give(this.#memory.byteLength);
    this.#lender.release(this.#memory);
    this.#memory = NOTHING;
  }

  /** Doubling copies each byte about once more; with a known length only the first eighth of it is copied at all. */
  #grow(needed: number): void {
    const doubled = Math.min(this.#maxBytes, Math.max(needed, SMALL_BYTES, 2 * this.#memory.byteLength));
    const isTrusted = this.#length !== undefined && (doubled >= this.#length || needed >= TRUSTED_PART * this.#length);
    this.#moveTo(isTrusted && this.#length !== undefined ? this.#length : doubled);
  }

  #moveTo(bytes: number): void {
    const old = this.#memory;
    const more = bytes - old.byteLength;
    if (more > 0) this.#held.take(more, old.byteLength);
    try {
      this.#memory = this.#lender.body(bytes);
    } catch (error) {
      // The system has no memory.
      if (more > 0) this.#held.give(more);
      throw error;
    }
    if (more < 0) this.#held.give(-more);
    copy(old.subarray(0, this.received), this.#memory, 0);
    this.#lender.release(old);
  }
}

/**
 * As `set`, which takes twice as long for a body in shared memory, because it copies there as if other threads were writing;
 * `fill` with bytes is one memcpy.
 */
function copy(bytes: Uint8Array, into: Uint8Array, at: number): void {
  if (bytes.byteLength === 0) return;
  Buffer.from(into.buffer, into.byteOffset, into.byteLength).fill(bytes, at, at + bytes.byteLength);
}

function tooLarge(maxBodyBytes: number): RequestError {
  return new RequestError('body_too_large', `the body is larger than ${maxBodyBytes} bytes`);
}
