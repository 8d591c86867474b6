import { randomBytes } from 'node:crypto';
import { RequestError } from '../errors.ts';
import { sha256 } from './digest.ts';
import type { Principal } from './principal.ts';

/** How long a ticket may wait to be used: a page asks for one and connects at once. */
export const TICKET_SECONDS = 30;
/** Tickets that wait, of all and of one principal. */
const MOST = 10_000;
export const MOST_OF_ONE = 100;
const TICKET_BYTES = 32;
/** What an issued ticket looks like; anything else is not looked up. */
const FORM = /^[\w-]{43}$/;

/** Where tickets are issued and taken. */
export interface TicketOffice {
  /** @throws RequestError `saturated`, `sharing_unavailable` */
  issue(principal: Principal): string | Promise<string>;
  /** Whose ticket it is; from now on it is nobody's. @throws RequestError `invalid_token`, `sharing_unavailable` */
  take(ticket: unknown): Principal | Promise<Principal>;
}

/** A new one. */
export const newTicket = (): string => randomBytes(TICKET_BYTES).toString('base64url');

/** Whether it looks like a ticket. */
export const ticketForm = (ticket: unknown): ticket is string => typeof ticket === 'string' && FORM.test(ticket);

export function unknownTicket(): RequestError {
  const detail = `the ticket is unknown, was used, or is older than ${TICKET_SECONDS} seconds`;
  return new RequestError('invalid_token', detail, { pointer: '/ticket' });
}

interface Waiting {
  principal: Principal;
  /** As `performance.now()`. */
  until: number;
}

/**
 * Tickets: what a page shows in place of a key where it can set no header. Each is good once, and for a short time.
 * Invariant: `#waiting` is in the order in which its tickets end, by their digests: how long a look-up takes tells nothing of
 * a ticket. `#counts` says how many of them each principal has.
 */
export class Tickets implements TicketOffice {
  readonly #waiting = new Map<string, Waiting>();
  readonly #counts = new Map<string, number>();
  readonly #now: () => number;

  /** @param now in ms; tests turn it */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @throws RequestError `saturated` */
  issue(principal: Principal): string {
    const now = this.#now();
    for (const [digest, { until }] of this.#waiting) {
      if (until > now) break;
      this.#remove(digest);
    }
    const own = this.#counts.get(principal.id) ?? 0;
    if (own >= MOST_OF_ONE || this.#waiting.size >= MOST) {
      const isOwn = own >= MOST_OF_ONE;
      const until =
        [...this.#waiting.values()].find((one) => !isOwn || one.principal.id === principal.id)?.until ?? now;
      const detail = `${isOwn ? `${MOST_OF_ONE} tickets of one caller` : `${MOST} tickets`} wait to be used, which is the limit`;
      throw new RequestError('saturated', `${detail}; each ends after ${TICKET_SECONDS} seconds`, {
        retryAfterMs: until - now,
      });
    }
    const ticket = newTicket();
    this.#waiting.set(digestOf(ticket), { principal, until: now + TICKET_SECONDS * 1000 });
    this.#counts.set(principal.id, own + 1);
    return ticket;
  }

  /**
   * Whose ticket it is; from now on it is nobody's.
   * @throws RequestError `invalid_token`
   */
  take(ticket: unknown): Principal {
    const found = ticketForm(ticket) ? this.#remove(digestOf(ticket)) : undefined;
    if (found !== undefined && found.until > this.#now()) return found.principal;
    throw unknownTicket();
  }

  #remove(digest: string): Waiting | undefined {
    const found = this.#waiting.get(digest);
    if (found === undefined) return undefined;
    this.#waiting.delete(digest);
    const { id } = found.principal;
    const left = (this.#counts.get(id) ?? 1) - 1;
    if (left === 0) this.#counts.delete(id);
    else this.#counts.set(id, left);
    return found;
  }
}

function digestOf(ticket: string): string {
  return sha256(ticket).toString('base64');
}
