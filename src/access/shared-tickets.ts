import { z } from 'zod';
import { RequestError } from '../errors.ts';
import type { RedisLink } from '../redis/redis-link.ts';
import { sha256 } from './digest.ts';
import { type Principal, SCOPES } from './principal.ts';
import { MOST_OF_ONE, newTicket, TICKET_SECONDS, type TicketOffice, ticketForm, unknownTicket } from './tickets.ts';

/** KEYS: the ticket, those of its principal. ARGV: whose it is, ms, the most, its digest. Answers ms to wait, 0 when issued. */
const ISSUE = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[3]) then
  return math.max(1, redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2] - now)
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 0
`;

/** What it may do besides is looked up when the ticket is taken. */
const principalSchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)).transform((scopes) => new Set(scopes)),
});

/** Tickets that any replica takes, whichever has issued them: in Redis, by their digests, until they are used or too old. */
export class SharedTickets implements TicketOffice {
  readonly #redis: RedisLink;

  constructor(redis: RedisLink) {
    this.#redis = redis;
  }

  /** @throws RequestError `saturated`, `sharing_unavailable` */
  async issue({ id, name, scopes }: Principal): Promise<string> {
    const ticket = newTicket();
    const keys = [this.#keyOf(ticket), this.#redis.key('tickets-of', digestOf(id))];
    const text = JSON.stringify({ id, name, scopes: [...scopes] });
    const words = [text, TICKET_SECONDS * 1000, MOST_OF_ONE, digestOf(ticket)];
    const waitMs = Number(await this.#redis.script(ISSUE, keys, words));
    if (waitMs === 0) return ticket;
    throw new RequestError(
      'saturated',
      `${MOST_OF_ONE} tickets of one caller wait to be used, which is the limit; each ends after ${TICKET_SECONDS} seconds`,
      { retryAfterMs: waitMs },
    );
  }

  /** @throws RequestError `invalid_token`, `sharing_unavailable` */
  async take(ticket: unknown): Promise<Principal> {
    if (!ticketForm(ticket)) throw unknownTicket();
    const text = await this.#redis.ask((client) => client.getdel(this.#keyOf(ticket)));
    if (text === null) throw unknownTicket();
    const principal = principalSchema.parse(JSON.parse(text));
    const own = this.#redis.key('tickets-of', digestOf(principal.id));
    // Where that fails it counts until its time is over.
    this.#redis.ask((client) => client.zrem(own, digestOf(ticket))).catch(() => {});
    return principal;
  }

  #keyOf(ticket: string): string {
    return this.#redis.key('ticket', digestOf(ticket));
  }
}

const digestOf = (text: string) => sha256(text).toString('hex');
