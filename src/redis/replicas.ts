/** Which replicas share a Redis: each says now and then that it is there, and hears how many do. */
import { randomUUID } from 'node:crypto';
import type { RedisLink } from './redis-link.ts';

const BEAT_MS = 1000;
/** One that has not been heard for so long is gone. */
const GONE_MS = 5000;
/** So long it is believed that there are more than were heard: one that came back empty hears of the others within a beat. */
const HOLD_MS = 2.5 * BEAT_MS;
/** Before it has heard of others a replica takes itself for one of so many: a quarter is little, but no danger. */
const ASSUMED = 4;

/** KEYS[1]: times by replica; ARGV: who it is, after how many ms one is gone. Times are those of Redis. */
const BEAT = `
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('zadd', KEYS[1], now, ARGV[1])
redis.call('zremrangebyscore', KEYS[1], '-inf', now - ARGV[2])
redis.call('pexpire', KEYS[1], ARGV[2])
return redis.call('zcard', KEYS[1])`;

type Link = Pick<RedisLink, 'ask' | 'script' | 'key' | 'isThere' | 'onBack'>;

/** What a beat tells: how long Redis took for its answer, in ms; undefined = there was none. */
type Heard = (roundTripMs: number | undefined) => void;

export class Replicas {
  readonly #link: Link;
  readonly #id = randomUUID();
  readonly #timer: NodeJS.Timeout;
  readonly #heard: Heard[] = [];
  #count = ASSUMED;
  /** When there were so many, as `performance.now()`. */
  #countedAt = Number.NEGATIVE_INFINITY;
  #roundTripMs: number | undefined;
  #isBeating = false;

  constructor(link: Link) {
    this.#link = link;
    this.#timer = setInterval(() => void this.beat(), BEAT_MS);
    this.#timer.unref();
    link.onBack(() => void this.beat());
  }

  /** How many there are, this one included; as last heard while Redis is away. It falls only when one has been gone for a while. */
  get count(): number {
    return this.#count;
  }

  /** How long Redis took for its last answer, in ms; undefined before the first, and while there is none. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  onHeard(heard: Heard): void {
    this.#heard.push(heard);
  }

  /** Says that this one is there. */
  async beat(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    const begun = performance.now();
    try {
      if (this.#link.isThere) this.#note(await this.#ask(), performance.now() - begun);
      else this.#note(undefined, 0);
    } catch {
      // Counted by the link; what is away or full is told by those who wait for it.
      this.#note(undefined, 0);
    } finally {
      this.#isBeating = false;
    }
  }

  /** Takes leave, so that the others need not wait until it is missed. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#link.isThere) await this.#link.ask((client) => client.zrem(this.#key, this.#id)).catch(() => {});
  }

  get #key(): string {
    return this.#link.key('replicas');
  }

  async #ask(): Promise<number> {
    return Number(await this.#link.script(BEAT, [this.#key], [this.#id, GONE_MS]));
  }

  #note(count: number | undefined, ms: number): void {
    this.#roundTripMs = count === undefined ? undefined : ms;
    const now = performance.now();
    if (count !== undefined && (count >= this.#count || now - this.#countedAt > HOLD_MS)) {
      this.#count = Math.max(1, count);
      this.#countedAt = now;
    }
    for (const heard of this.#heard) heard(this.#roundTripMs);
  }
}
