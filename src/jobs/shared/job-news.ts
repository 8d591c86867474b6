/** What replicas tell each other of jobs. Messages may be lost: what stands in Redis is the truth. */
import type { RedisLink } from '../../redis/redis-link.ts';

const CHANNEL = 'jobs';
const MESSAGE = /^([0-9a-f-]{36}) ([a-z]{1,16})$/;

type Listener = (id: string, what: string) => void;

export class JobNews {
  readonly #redis: RedisLink;
  readonly #listeners: Listener[] = [];

  constructor(redis: RedisLink) {
    this.#redis = redis;
    redis.listen(CHANNEL, (message) => {
      const [, id, what] = MESSAGE.exec(message) ?? [];
      if (id !== undefined) for (const listener of this.#listeners) listener(id, what);
    });
  }

  hear(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Whoever misses it looks by itself a little later. */
  async tell(id: string, what: string): Promise<void> {
    await this.#redis.tell(CHANNEL, `${id} ${what}`).catch(() => {});
  }
}
