import { Bucket, type BucketSize, type TokenBucket } from './bucket.ts';
import type { Ledger } from './ledger.ts';

/** All replicas together are ahead of what they have posted by no more than this part of a burst. */
const AHEAD = 1 / 4;

export type SharedLedger = Pick<Ledger, 'isNear' | 'nearMs' | 'replicas' | 'post' | 'postable' | 'enlist'>;

interface Parts {
  ledger: SharedLedger;
  /** Of the bucket in Redis. */
  key: string;
  size: BucketSize;
  /** What is taken at once at least: a replica may be ahead by that, and holds it when it counts for itself. */
  least: number;
}

/** While Redis is away. */
interface Alone {
  /** What this replica lets in: its part of the bucket. */
  part: Bucket;
  /** What the others have not heard of; this part of the rate makes up for it, from `fullAt` on. */
  unheard: Bucket;
  /** When the bucket in Redis is full if nobody posts; until then it is filled for all that was taken. */
  fullAt: number;
}

/**
 * A bucket of all replicas, as one of them sees it. What is taken here is posted in the background, and what is missing from
 * the bucket comes back; so it is always known what is left, but for what others have not posted yet.
 * Invariant: where each waits for `toWaitFor`, this replica has taken no more than `ahead` of which Redis has not answered,
 * beside amounts that were known only when they were taken. So all of them let through the burst, what its rate brings, and AHEAD of
 * the burst at most.
 */
export class SharedBucket implements TokenBucket {
  readonly #parts: Parts;
  #size: BucketSize;
  /** As it was last heard, and what was taken here since. */
  readonly #seen: Bucket;
  #unposted = 0;
  /** Posted, and not answered yet. */
  #sent = 0;
  /** When Redis last told what is missing. */
  #heardAt = Number.NEGATIVE_INFINITY;
  #posting: Promise<void> | undefined;
  #answered: Promise<void> | undefined;
  #alone: Alone | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#size = parts.size;
    this.#seen = new Bucket(parts.size);
  }

  get size(): BucketSize {
    return this.#size;
  }

  resize(size: BucketSize, now: number): void {
    this.#size = size;
    this.#seen.resize(size, now);
    this.#alone?.part.resize(this.#partOf(size), now);
    this.#alone?.unheard.resize(this.#partOf(size), Math.max(now, this.#alone.fullAt));
  }

  level(now: number): number {
    return this.#current(now).level(now);
  }

  msUntil(amount: number, now: number): number {
    return this.#current(now).msUntil(amount, now);
  }

  msUntilFull(now: number): number {
    return this.#current(now).msUntilFull(now);
  }

  take(amount: number, now: number): void {
    this.#current(now);
    this.#seen.take(amount, now);
    this.#alone?.part.take(amount, now);
    this.#owe(amount, now);
    if (this.#posting === undefined && this.#unposted > this.#ahead / 2) void this.post();
    else this.#parts.ledger.enlist(this);
  }

  toWaitFor(amount: number, now: number, freshMs = Number.POSITIVE_INFINITY): Promise<void> | undefined {
    const current = this.#current(now);
    const isKnown = this.#unposted + this.#sent + amount <= this.#ahead && !(now - this.#heardAt > freshMs);
    if (this.#alone !== undefined || isKnown) return undefined;
    if (current.msUntil(amount, now) > 0) return undefined;
    void this.post();
    return this.#answered;
  }

  /** Posts what was taken. @returns whether something is still to be posted */
  async post(): Promise<boolean> {
    const now = performance.now();
    this.#current(now);
    if (this.#alone !== undefined) return this.#unheard(this.#alone, now) > 0;
    if (this.#posting === undefined) {
      this.#posting = this.#post().finally(() => {
        this.#posting = undefined;
      });
      const late = new Promise<void>((done) => setTimeout(done, this.#parts.ledger.nearMs).unref());
      this.#answered = Promise.race([this.#posting, late]);
    }
    await this.#posting;
    return this.#parts.ledger.postable(this.#unposted) > 0;
  }

  async #post(): Promise<void> {
    const { ledger, key } = this.#parts;
    const amount = ledger.postable(this.#unposted);
    this.#unposted -= amount;
    this.#sent = amount;
    const missing = await ledger.post(key, this.#size, amount);
    this.#sent = 0;
    const now = performance.now();
    if (missing !== undefined) {
      this.#seen.lack(missing + this.#unposted, now);
      this.#heardAt = now;
    }
    // Perhaps it was taken, and its answer lost: then it counts twice. Else it would be for nothing.
    else this.#owe(amount, now);
    if (this.#unposted > 0) ledger.enlist(this);
  }

  /** Has it posted. */
  #owe(amount: number, now: number): void {
    if (this.#alone === undefined) this.#unposted += amount;
    else this.#alone.unheard.take(amount, Math.max(now, this.#alone.fullAt));
  }

  #unheard({ unheard, fullAt }: Alone, now: number): number {
    return unheard.missing(Math.max(now, fullAt));
  }

  /** What it goes by now: what is known of all, or its own part. */
  #current(now: number): Bucket {
    const { isNear } = this.#parts.ledger;
    if (isNear && this.#alone !== undefined) {
      this.#unposted = this.#unheard(this.#alone, now);
      this.#alone = undefined;
    } else if (!isNear && this.#alone === undefined) this.#alone = this.#begin(now);
    return this.#alone?.part ?? this.#seen;
  }

  #begin(now: number): Alone {
    const part = new Bucket(this.#partOf(this.#size));
    const full = this.#seen.level(now) / this.#size.burst;
    // What was taken too much is made up for by all together.
    const level = full >= 0 ? full * part.size.burst : this.#seen.level(now) / this.#parts.ledger.replicas;
    part.lack(part.size.burst - level, now);
    const unheard = new Bucket(part.size);
    const fullAt = now + this.#seen.msUntilFull(now);
    unheard.lack(this.#unposted, fullAt);
    this.#unposted = 0;
    return { part, unheard, fullAt };
  }

  #partOf({ rate, burst }: BucketSize): BucketSize {
    const { ledger, least } = this.#parts;
    return { rate: rate / ledger.replicas, burst: Math.max(least, burst / ledger.replicas) };
  }

  get #ahead(): number {
    const { ledger, least } = this.#parts;
    return Math.max(least, (AHEAD * this.#size.burst) / ledger.replicas);
  }
}
