/** The connection to the Redis that replicas share: asked with a limit of time, gone and back by itself. */
import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RequestError } from '../errors.ts';
import { faultOf, withoutCommand } from './redis-fault.ts';

/** How long it is waited before a lost connection is tried again: ms, doubling up to the longest. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2000;
const PING_MS = 5000;
const KEEP_ALIVE_MS = 10_000;

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
  readonly #digests = new Map<string, string>();
  readonly #pinging: NodeJS.Timeout;
  #failures = 0;
  #connects = 0;

  /** Connects in the background. Loads its client only now: without REDIS_URL nobody needs it. */
  static async connect(settings: RedisSettings & { redisUrl: string }, log: Log): Promise<RedisLink> {
    const { Redis: Client } = await import('ioredis');
    const { redisUrl, redisTimeoutMs } = settings;
    const open = (name: string) =>
      new Client(redisUrl, {
        connectionName: `spotlight-${name}`,
        connectTimeout: redisTimeoutMs,
        // While something is asked: one that has gone silent, as after a failover without a word, is left and sought anew.
        socketTimeout: redisTimeoutMs,
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
    // Every attempt that fails is an error; the first of them is told.
    let isTold = false;
    const away = (error?: unknown) => {
      if (!isTold)
        log.warn({ err: withoutCommand(error) }, 'Redis is away: what replicas share is refused until it is back');
      isTold = true;
    };
    client.on('error', away);
    client.on('close', away);
    subscriber.on('error', () => {});
    client.on('ready', () => {
      isTold = false;
      this.#connects++;
      log.info('Redis is there');
      for (const back of this.#onBack) back();
    });
    // Who only listens asks nothing, and would not see that nobody is there any more.
    this.#pinging = setInterval(() => {
      if (subscriber.status === 'ready') subscriber.ping().catch(() => {});
    }, PING_MS);
    this.#pinging.unref();
    subscriber.on('message', (channel: string, message: string) => this.#listeners.get(channel)?.(message));
  }

  /** One more connection, for whoever waits for what comes; whoever asks for it closes it. */
  another(name: string): Redis {
    const own = { connectionName: `spotlight-${name}`, maxRetriesPerRequest: null, enableOfflineQueue: true };
    // Whoever waits hears nothing for as long as nothing comes.
    return this.client.duplicate({
      ...own,
      commandTimeout: undefined,
      socketTimeout: undefined,
      keepAlive: KEEP_ALIVE_MS,
    });
  }

  /** Whether it can be asked now. */
  get isThere(): boolean {
    return this.client.status === 'ready';
  }

  /** Questions that were not answered as they should be, since the start. */
  get failures(): number {
    return this.#failures;
  }

  /** How often it was found again after it was lost, since the start. */
  get reconnects(): number {
    return Math.max(0, this.#connects - 1);
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
      const fault = faultOf(withoutCommand(error));
      if (fault instanceof RequestError) this.#failures++;
      throw fault;
    }
  }

  /**
   * What a script of Lua answers; it is sent once, and known by its digest from then on.
   * @throws RequestError as `ask`
   */
  async script(lua: string, keys: readonly string[], words: readonly (string | number | Buffer)[]): Promise<unknown> {
    const digest = this.#digests.get(lua) ?? hash('sha1', lua, 'hex');
    this.#digests.set(lua, digest);
    return await this.ask(async (client) => {
      try {
        return await client.evalsha(digest, keys.length, ...keys, ...words);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return await client.eval(lua, keys.length, ...keys, ...words);
      }
    });
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
    clearInterval(this.#pinging);
    this.client.disconnect();
    this.#subscriber.disconnect();
  }
}
