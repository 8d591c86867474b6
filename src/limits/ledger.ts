/** What callers have taken on all replicas, kept in Redis. */
import { createHash } from 'node:crypto';
import type { RateLimiterRedis } from 'rate-limiter-flexible';
import type { RedisLink } from '../redis/redis-link.ts';
import type { Replicas } from '../redis/replicas.ts';
import type { BucketSize } from './bucket.ts';
import { BUCKET_SCRIPT } from './bucket-script.ts';

/**
 * What was taken is posted so much later, together with what was taken meanwhile: a post may cost 2 ms, most of it to write to
 * a socket. What is ahead by much is posted at once.
 */
const POST_MS = 250;
/** It counts in whole numbers: thousandths. */
const FINE = 1000;
/** Rates that are known at once; a file of keys may bring ever new ones. */
const MOST_RATES = 1000;

interface Parts {
  /** A Redis that takes longer, in ms, is as good as away: nobody is to wait for it. */
  nearMs: number;
  redis: Pick<RedisLink, 'ask' | 'key' | 'isThere' | 'client'>;
  replicas: Pick<Replicas, 'count' | 'onHeard'>;
  log: { info(about: object, text: string): void; warn(about: object, text: string): void };
}

/** What has something to post. */
export interface Poster {
  /** @returns whether something is still to be posted */
  post(): Promise<boolean>;
}

/**
 * Where replicas post what callers have taken, and learn what is missing from their buckets. It never makes anybody wait
 * longer than REDIS_NEAR_MS: then it is `far`, until Redis has answered in time again, and each replica counts for itself.
 */
export class Ledger {
  readonly #parts: Parts;
  readonly #open: (rate: number) => RateLimiterRedis;
  readonly #limiters = new Map<number, RateLimiterRedis>();
  readonly #posters = new Set<Poster>();
  #timer: NodeJS.Timeout | undefined;
  #isNear = true;
  #posts = 0;
  #isClosed = false;

  /** Loads its library only now: without REDIS_URL nobody needs it. */
  static async open(parts: Parts): Promise<Ledger> {
    const { RateLimiterRedis: Limiter } = await import('rate-limiter-flexible');
    const open = (rate: number) =>
      new Limiter({
        storeClient: parts.redis.client,
        keyPrefix: '',
        points: rate * FINE,
        duration: 1,
        customIncrTtlLuaScript: BUCKET_SCRIPT,
      });
    return new Ledger(parts, open);
  }

  private constructor(parts: Parts, open: (rate: number) => RateLimiterRedis) {
    this.#parts = parts;
    this.#open = open;
    parts.replicas.onHeard((ms) => this.#turn(ms !== undefined && ms < parts.nearMs));
  }

  /** Whether callers are counted over all replicas now. */
  get isNear(): boolean {
    return this.#isNear && this.#parts.redis.isThere;
  }

  /** How long it may take, in ms. */
  get nearMs(): number {
    return this.#parts.nearMs;
  }

  /** Replicas that share it. */
  get replicas(): number {
    return this.#parts.replicas.count;
  }

  /** Posts that were answered, since the start. */
  get posts(): number {
    return this.#posts;
  }

  /** The key of a bucket. Names of callers come from files and tokens: only their hash becomes a part of it. */
  keyOf(what: string, caller: string): string {
    return this.#parts.redis.key('limit', what, createHash('sha256').update(caller).digest('base64url'));
  }

  /** An amount in units that it counts in, so that none is left over. */
  postable(amount: number): number {
    return Math.ceil(amount * FINE) / FINE;
  }

  /** Takes `amount` from a bucket. @returns what is missing from it; undefined when that was not answered */
  async post(key: string, size: BucketSize, amount: number): Promise<number | undefined> {
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      this.#turn(false);
    }, this.nearMs);
    late.unref();
    try {
      const limiter = this.#limiterOf(size.rate);
      const { consumedPoints } = await this.#parts.redis.ask(() => limiter.penalty(key, Math.round(amount * FINE)));
      this.#posts++;
      if (!isLate) this.#turn(true);
      return consumedPoints / FINE;
    } catch (error) {
      this.#turn(false, error);
      return undefined;
    } finally {
      clearTimeout(late);
    }
  }

  /** Has `poster` asked to post, soon. */
  enlist(poster: Poster): void {
    this.#posters.add(poster);
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#postAll(), POST_MS);
    this.#timer.unref();
  }

  /** Posts what is left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.isNear) await Promise.all(Array.from(this.#posters, (poster) => poster.post()));
  }

  async #postAll(): Promise<void> {
    const posters = [...this.#posters];
    this.#posters.clear();
    await Promise.all(
      posters.map(async (poster) => {
        if (await poster.post()) this.#posters.add(poster);
      }),
    );
    this.#timer = undefined;
    const [next] = this.#posters;
    if (next !== undefined) this.enlist(next);
  }

  #turn(isNear: boolean, error?: unknown): void {
    if (isNear === this.#isNear) return;
    this.#isNear = isNear;
    const { log } = this.#parts;
    if (isNear) log.info({}, 'limits by caller are counted over all replicas again');
    else log.warn({ err: error }, 'limits by caller are counted here alone: what replicas share is away or slow');
  }

  #limiterOf(rate: number): RateLimiterRedis {
    const known = this.#limiters.get(rate);
    if (known !== undefined) return known;
    if (this.#limiters.size >= MOST_RATES) this.#limiters.clear();
    const limiter = this.#open(rate);
    this.#limiters.set(rate, limiter);
    return limiter;
  }
}
