import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Principal } from '../access/principal.ts';
import type { Config } from '../config/config.ts';
import { RequestError, shuttingDown } from '../errors.ts';
import type { Caller } from '../limits/caller.ts';
import type { RedisLink } from '../redis/redis-link.ts';
import { Arrivals } from './arrivals.ts';
import { type CloseCode, Violation } from './close-codes.ts';
import { EventStream, type EventTarget, type EventView } from './events.ts';
import type { Limits } from './protocol.ts';
import type { Run } from './run.ts';
import { documentOf } from './run-document.ts';
import { Tiles } from './run-matrix.ts';
import { Runs } from './runs.ts';
import { Session } from './session.ts';
import type { SessionParts } from './session-parts.ts';
import { SharedRuns } from './shared/shared-runs.ts';
import { Starter, type StarterPool } from './starter.ts';
import { Turns } from './turns.ts';

export interface StreamsParts {
  pool: StarterPool;
  config: Config;
  /** What replicas share, if they do. */
  redis?: RedisLink | undefined;
  log: SessionParts['log'];
  onRefused: SessionParts['onRefused'];
  /**
   * Who may stream with the token of hello, or is known already.
   * @throws RequestError
   */
  authorize: (token: string | undefined, known: Promise<Principal | undefined>) => Promise<Principal>;
}

/** What the request for a WebSocket told of it. */
interface Arriving {
  /** What the paths of this server begin with for the client. */
  prefix: string;
  /** Whose it is, if that was told. */
  known: Promise<Principal | undefined>;
  /** Is told whose it is, once that is known. */
  onKnown(principal: Principal): void;
  /** Whose limits count now, if any do. */
  callerOf(principal: Principal): Caller | undefined;
}

/** Clients are told to come back after a time of their own choice between this and twice as much. */
const RECONNECT_MS = 1000;
const reconnectAfterMs = () => Math.round(RECONNECT_MS * (1 + Math.random()));
/** The clock is looked at so often within the shortest time that is watched. */
const LOOKS = 4;
const SWEEP_MS = 1000;

/** Everybody who watches: sessions over WebSocket, event streams over HTTP, and the runs that they share. */
export class Streams {
  readonly starter: Starter;
  readonly tiles: Tiles;
  readonly #turns = new Turns();
  readonly #sessions = new Set<Session>();
  readonly #events = new Set<EventStream>();
  readonly #parts: StreamsParts;
  readonly #limits: Limits;
  readonly #timers: NodeJS.Timeout[];
  #viewers = 0;
  #isOver = false;
  readonly #arriving = { bytes: 0 };
  readonly #closes = new Map<CloseCode, number>();

  constructor(parts: StreamsParts) {
    const { pool, config, redis, log } = parts;
    this.#parts = parts;
    const runs = new Runs(pool, {
      maxRuns: config.maxRuns,
      maxRunBytes: config.maxRunBytes,
      stepCacheBytes: config.stepCacheBytes,
      runTtlMs: config.runTtlMs,
      maxSteps: config.maxRunSteps,
      maxStepNumbers: Math.floor(config.maxStepBytes / 4),
      shared: redis && { runs: new SharedRuns(redis, config), memory: pool.memory, log },
    });
    this.tiles = new Tiles(pool);
    this.starter = new Starter(runs, { pool, runTtlMs: config.runTtlMs });
    this.#limits = {
      message_bytes: config.maxBodyBytes,
      subscriptions: config.streamSubscriptions,
      runs: config.streamRuns,
      credits: config.streamCredits,
      messages_per_second: config.streamMessageRate,
      message_burst: config.streamMessageBurst,
      hello_ms: config.streamHelloMs,
      idle_ms: config.streamIdleMs,
      stall_ms: config.streamStallMs,
      run_ttl_ms: config.runTtlMs,
    };
    const shortest = Math.min(config.streamStallMs, config.streamIdleMs, config.runTtlMs);
    const everyMs = Math.min(SWEEP_MS, Math.ceil(shortest / LOOKS));
    this.#timers = [
      setInterval(() => this.#sweep(everyMs), everyMs),
      setInterval(() => this.#heartbeat(), config.streamHeartbeatMs),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** Whether everybody has been told to go; whoever comes now finds no stream. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get viewers(): number {
    return this.#viewers;
  }

  /** Steps that viewers over WebSocket have granted and not been sent yet. */
  get credits(): number {
    let credits = 0;
    for (const session of this.#sessions) credits += session.credits;
    return credits;
  }

  /** What there is now; `closes` counts, since the start, the sessions that the server closed, by code. */
  get counts() {
    const { runs } = this.starter;
    return {
      runs: runs.size,
      runBytes: runs.bytes,
      viewers: this.#viewers,
      sessions: this.#sessions.size,
      events: this.#events.size,
      closes: this.#closes,
    };
  }

  /** Takes over a WebSocket that was upgraded, and the connection below it. */
  connect(socket: WebSocket, connection: Socket, { prefix, known, onKnown, callerOf }: Arriving): void {
    // Whether it fails is asked at hello.
    known.catch(() => {});
    const { maxQueueBytes, bodyTimeoutMs, bodyMinRate } = this.#parts.config;
    const limits = { maxBytes: maxQueueBytes, timeoutMs: bodyTimeoutMs, minRate: bodyMinRate };
    const session = new Session(socket, connection, {
      arrivals: new Arrivals(connection, limits, this.#arriving),
      starter: this.starter,
      turns: this.#turns,
      limits: this.#limits,
      heartbeatMs: this.#parts.config.streamHeartbeatMs,
      prefix,
      authorize: async (token) => {
        const principal = await this.#authorize(token, known);
        onKnown(principal);
        return { principal: principal.id, caller: () => callerOf(principal) };
      },
      admitViewer: () => this.#admit(),
      dropViewer: () => {
        this.#viewers--;
      },
      onRefused: this.#parts.onRefused,
      onClosed: (code) => this.#closes.set(code, (this.#closes.get(code) ?? 0) + 1),
      log: this.#parts.log,
    });
    this.#sessions.add(session);
    socket.once('close', () => this.#sessions.delete(session));
  }

  /**
   * Sends the steps of a run as events until it is done or the client leaves.
   * @throws RequestError for a position or filter that the run does not have, `saturated`, `draining`
   */
  follow(run: Run, target: EventTarget, view: EventView): void {
    if (this.#isOver) throw shuttingDown();
    const events = new EventStream(run, target, {
      ...view,
      turns: this.#turns,
      admitViewer: () => this.#admit(),
      describe: () => documentOf(run, this.starter.runs, target.recipient),
      retryMs: reconnectAfterMs(),
    });
    this.#events.add(events);
    target.response.once('close', () => {
      events.close();
      this.#viewers--;
      this.#events.delete(events);
    });
  }

  /** Says goodbye to everybody. */
  drain(): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const session of this.#sessions) session.leave(reconnectAfterMs());
    for (const events of this.#events) events.leave(reconnectAfterMs());
    this.starter.close();
  }

  /** @throws Violation */
  async #authorize(token: string | undefined, known: Promise<Principal | undefined>): Promise<Principal> {
    try {
      return await this.#parts.authorize(token, known);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw new Violation(error.status < 500 ? 4401 : 1013, error.message);
    }
  }

  #admit(): void {
    const { maxViewers } = this.#parts.config;
    if (this.#viewers >= maxViewers) {
      throw new RequestError('saturated', `${maxViewers} viewers are watching, which is the limit; try again later`, {
        limit: 'MAX_VIEWERS',
      });
    }
    this.#viewers++;
  }

  #sweep(everyMs: number): void {
    const now = performance.now();
    for (const session of this.#sessions) session.sweep(now, everyMs);
    for (const events of this.#events) events.sweep(everyMs, this.#limits.stall_ms);
    this.starter.sweep();
  }

  #heartbeat(): void {
    for (const session of this.#sessions) session.heartbeat();
    for (const events of this.#events) events.heartbeat();
  }
}
