/** The connection to the Redis that replicas share: asked with a limit of time, gone and back by itself. */
import type { Redis } from 'ioredis';
import { RequestError } from '../errors.ts';
import { faultOf } from './redis-fault.ts';

/** How long it is waited before a lost connection is tried again: ms, doubling up to the longest. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2000;

export interface RedisSettings {
  redisUrl?: string | undefined;
  redisPrefix: string;
  redisTimeoutMs: number;
}

interface Log {
  info(text: string): void;
  warn(about: object, text: string): void;
}

type Listener = (message: string) => void;

/**
 * One connection for commands and one for messages. Commands are not kept for a Redis that is away: whoever asks is told at
 * once, and may come again.
 */
export class RedisLink {
  readonly client: Redis;
  readonly #prefix: string;
  readonly #subscriber: Redis;
  readonly #listeners = new Map<string, Listener>();
  readonly #onBack = new Set<() => void>();
  #failures = 0;

  /** Connects in the background. Loads its client only now: without REDIS_URL nobody needs it. */
  static async connect(settings: RedisSettings & { redisUrl: string }, log: Log): Promise<RedisLink> {
    const { Redis: Client } = await import('ioredis');
    const { redisUrl, redisTimeoutMs } = settings;
    const open = (name: string) =>
      new Client(redisUrl, {
        connectionName: `spotlight-${name}`,
        connectTimeout: redisTimeoutMs,
        enableOfflineQueue: name === 'messages',
        maxRetriesPerRequest: name === 'messages' ? null : 0,
        retryStrategy: (times) => Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** times) * (0.5 + Math.random() / 2),
        ...(name === 'commands' && { commandTimeout: redisTimeoutMs }),
      });
    return new RedisLink(open('commands'), open('messages'), settings.redisPrefix, log);
  }

  private constructor(client: Redis, subscriber: Redis, prefix: string, log: Log) {
    this.client = client;
    this.#subscriber = subscriber;
    this.#prefix = prefix;
    let isAway = true;
    for (const one of [client, subscriber]) {
      // Every attempt that fails is one; the first is told, and the last.
      one.on('error', (error: unknown) => {
        if (one !== client || !isAway) return;
        isAway = true;
        log.warn({ err: error }, 'Redis is away: what replicas share is refused until it is back');
      });
    }
    client.on('ready', () => {
      isAway = false;
      log.info('Redis is there');
      for (const back of this.#onBack) back();
    });
    client.on('close', () => {
      if (isAway) return;
      isAway = true;
      log.warn({}, 'the connection to Redis is lost; it is sought again');
    });
    subscriber.on('message', (channel: string, message: string) => this.#listeners.get(channel)?.(message));
  }

  /** Whether it can be asked now. */
  get isThere(): boolean {
    return this.client.status === 'ready';
  }

  /** Questions that were not answered as they should be, since the start. */
  get failures(): number {
    return this.#failures;
  }

  /** The name of a key; its parts are ours, or were checked. */
  key(...parts: readonly string[]): string {
    return [this.#prefix, ...parts].join(':');
  }

  /**
   * What Redis answers.
   * @throws RequestError `sharing_unavailable` when it is away, slow, full or not able to write
   */
  async ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    try {
      return await question(this.client);
    } catch (error) {
      const fault = faultOf(error);
      if (fault instanceof RequestError) this.#failures++;
      throw fault;
    }
  }

  /** Has messages of a channel heard, also after the connection was lost and is back. */
  listen(channel: string, listener: Listener): void {
    const name = this.key(channel);
    this.#listeners.set(name, listener);
    // Sent once there is a connection, and again by the client after each loss.
    this.#subscriber.subscribe(name).catch(() => {});
  }

  /** Tells whoever listens, on all replicas and this one. @throws RequestError `sharing_unavailable` */
  async tell(channel: string, message: string): Promise<void> {
    await this.ask((client) => client.publish(this.key(channel), message));
  }

  /** Calls `back` whenever it can be asked again: messages may have been missed meanwhile. */
  onBack(back: () => void): void {
    this.#onBack.add(back);
  }

  close(): void {
    this.client.disconnect();
    this.#subscriber.disconnect();
  }
}
