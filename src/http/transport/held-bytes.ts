import { RequestError } from '../../errors.ts';

/**
 * Bytes that the HTTP thread holds for its clients: bodies that still arrive and answers that are not yet taken.
 * Invariant: `#held` is the sum of what was taken and not given back.
 */
export class HeldBytes {
  readonly #limit: number;
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * For a body; the first one may always come in, as MAX_BODY_BYTES bounds it.
   * @throws RequestError `saturated`
   */
  take(bytes: number): void {
    if (this.#held > 0 && this.#held + bytes > this.#limit) {
      throw new RequestError(
        'saturated',
        'bodies and answers on their way hold as many bytes as allowed; try again later',
        { limit: 'MAX_QUEUE_BYTES' },
      );
    }
    this.#held += bytes;
  }

  /** For an answer: it is there already, so it only keeps new bodies out. */
  add(bytes: number): void {
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}
