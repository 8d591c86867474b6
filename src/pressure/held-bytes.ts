import { RequestError } from '../errors.ts';

/** What one client holds. */
export interface ClientBytes {
  /**
   * For a body that grows, and holds `mine` already; the first of a client, and the first of all, may always come in, as
   * MAX_BODY_BYTES bounds it.
   * @throws RequestError `saturated`
   */
  take(bytes: number, mine: number): void;
  /** For what is there already: it only keeps others out. */
  add(bytes: number): void;
  give(bytes: number): void;
}

/**
 * Bytes that are held for clients. No client keeps others out by more than its share, whatever it holds.
 * Invariant: `#byClient` has, for each client that holds any, the sum of what was taken and not given back; `#counted` is the
 * sum of these, of each up to the share.
 */
export class HeldBytes {
  /** Is called when there is room again for somebody who asked in vain. */
  onRoom: () => void = () => {};
  readonly #limit: number;
  readonly #share: number;
  readonly #byClient = new Map<string, number>();
  #counted = 0;
  #isAwaited = false;

  /** @param sharePercent of the limit, what one client may hold */
  constructor(limitBytes: number, sharePercent: number) {
    this.#limit = limitBytes;
    this.#share = (limitBytes * sharePercent) / 100;
  }

  /** @param client who it is held for: see client-key.ts */
  of(client: string): ClientBytes {
    return {
      take: (bytes, mine) => this.#take(client, bytes, mine),
      add: (bytes) => this.#add(client, bytes),
      give: (bytes) => this.#add(client, -bytes),
    };
  }

  /** Whether a client may hold more, of which nobody knows yet how much; if not, `onRoom` is called when that changes. */
  hasRoom(client: string): boolean {
    const has = this.#counted < this.#limit && this.#heldBy(client) < this.#share;
    this.#isAwaited ||= !has;
    return has;
  }

  #take(client: string, bytes: number, mine: number): void {
    const own = this.#heldBy(client);
    if (own > mine && own + bytes > this.#share) {
      throw new RequestError(
        'saturated',
        'bodies and answers of this client on their way hold as many bytes as one client may; take the answers, or try again later',
        { limit: 'CLIENT_SHARE_PERCENT' },
      );
    }
    if (this.#counted > mine && this.#counted + bytes > this.#limit) {
      throw new RequestError(
        'saturated',
        'bodies and answers on their way hold as many bytes as allowed; try again later',
        { limit: 'MAX_QUEUE_BYTES' },
      );
    }
    this.#add(client, bytes);
  }

  #heldBy(client: string): number {
    return this.#byClient.get(client) ?? 0;
  }

  #add(client: string, bytes: number): void {
    const before = this.#heldBy(client);
    const after = before + bytes;
    if (after === 0) this.#byClient.delete(client);
    else this.#byClient.set(client, after);
    this.#counted += Math.min(this.#share, after) - Math.min(this.#share, before);
    if (bytes < 0 && this.#isAwaited) {
      this.#isAwaited = false;
      this.onRoom();
    }
  }
}
