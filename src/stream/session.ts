import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { cutRequest } from '../codec/json/json-cut.ts';
import { RequestError } from '../errors.ts';
import type { ReadMessage, StartEnvelope } from './client-messages.ts';
import { type CloseCode, cutReason, Violation } from './close-codes.ts';
import { Feed } from './feed.ts';
import { PROTOCOL } from './protocol.ts';
import { Rate } from './rate.ts';
import { bytesOf, readMessage, readStart, SenselessMessage } from './read-message.ts';
import type { SessionParts } from './session-parts.ts';
import { SocketWire } from './socket-wire.ts';
import { CutRun, type Owner } from './starter.ts';
import { type StreamAsker, Subscriptions } from './subscriptions.ts';

/** Only `start` may be longer; it is cut by a worker. */
const SMALL_MESSAGE_BYTES = 64 * 1024;
const HELLO_FIRST = 'hello comes first';
/** How long a client may take to answer a close, or to take its goodbye, before its connection is cut. */
const CLOSE_MS = 2000;

type State =
  | { kind: 'greeting'; timer: NodeJS.Timeout }
  | { kind: 'open'; encoding: 'json' | 'binary' }
  /** The server is shutting down: what has begun is finished, then the connection is closed. */
  | { kind: 'leaving'; timer: NodeJS.Timeout }
  | { kind: 'closed' };

/**
 * One WebSocket: its handshake, its messages and its limits. Messages are handled in the order in which they came.
 * Invariant: once closed it handles nothing, and has let go of every subscription.
 */
export class Session implements Owner {
  readonly id = randomUUID();
  readonly #socket: WebSocket;
  readonly #parts: SessionParts;
  readonly #feed: Feed;
  readonly #rate: Rate;
  readonly #subscriptions: Subscriptions;
  #state: State;
  #inbox: { data: RawData; isBinary: boolean }[] = [];
  /** Whether a worker is looking through a long message, or a token is looked at; what comes waits behind it. */
  #isBusy = false;
  /** The principal is known from hello on. */
  readonly #asker: StreamAsker = { principal: '', owner: this, caller: () => undefined };
  #messageAt = performance.now();
  /** Whether the client has given a sign since the last ping. */
  #isAlive = true;

  /** @param connection what the WebSocket writes to */
  constructor(socket: WebSocket, connection: Socket, parts: SessionParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#rate = new Rate({ perSecond: parts.limits.messages_per_second, burst: parts.limits.message_burst });
    this.#feed = new Feed({
      wire: new SocketWire(socket, connection),
      turns: parts.turns,
      recipient: { requestId: this.id, prefix: parts.prefix },
      format: (message) => Buffer.from(JSON.stringify(message)),
      onBroken: () => this.close(1013, 'a run ended within a step'),
      onEnded: ({ id }) => this.#subscriptions.drop(id),
      onEmpty: () => (this.#state.kind === 'leaving' ? this.close(1012, 'the server restarts') : undefined),
    });
    this.#subscriptions = new Subscriptions(this.#asker, { ...parts, feed: this.#feed });
    const timer = setTimeout(() => this.close(4408, 'no hello came in time'), parts.limits.hello_ms);
    this.#state = { kind: 'greeting', timer };
    socket.on('message', (data: RawData, isBinary: boolean) => this.#receive(data, isBinary));
    socket.on('ping', () => this.#count());
    socket.on('pong', () => this.#count());
    socket.on('close', () => this.#letGo());
    // What is wrong with a frame, ws answers itself; `close` follows.
    socket.on('error', () => {});
  }

  get isClosed(): boolean {
    return this.#state.kind === 'closed';
  }

  /** Steps that its viewers have granted and not been sent yet. */
  get credits(): number {
    return this.#subscriptions.credits;
  }

  /** Looks after the clock: clients that do not read, and clients that are idle. */
  sweep(now: number, everyMs: number): void {
    const { stall_ms: stallMs, idle_ms: idleMs } = this.#parts.limits;
    if (this.#feed.outbox.stuckFor(everyMs) > stallMs) this.close(4499, `nothing was read for ${stallMs} ms`);
    else if (now - Math.max(this.#messageAt, this.#feed.lastStepAt) > idleMs) this.close(1000, 'idle');
    const fault = this.#parts.arrivals.fault(now);
    if (fault === 'slow') this.close(4408, 'the rest of a message did not come in time');
    else if (fault !== undefined) this.close(1013, 'messages on their way hold as many bytes as allowed');
  }

  /** Pings; a client that has given no sign since the last time is gone. */
  heartbeat(): void {
    if (!this.#isAlive) this.#socket.terminate();
    this.#isAlive = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  /** Says goodbye: a step that has begun is finished, then the connection is closed with 1012. */
  leave(reconnectAfterMs: number): void {
    if (this.#state.kind === 'closed' || this.#state.kind === 'leaving') return;
    if (this.#state.kind === 'greeting') clearTimeout(this.#state.timer);
    this.#subscriptions.dropAll();
    this.#feed.say({ type: 'goodbye', reconnect_after_ms: reconnectAfterMs });
    const timer = setTimeout(() => this.close(1012, 'the server restarts'), CLOSE_MS);
    this.#state = { kind: 'leaving', timer };
  }

  close(code: CloseCode, reason: string): void {
    if (this.#state.kind === 'closed') return;
    this.#parts.log.info({ session: this.id, code, reason }, 'a stream was closed');
    this.#parts.onClosed(code);
    this.#socket.close(code, cutReason(reason));
    this.#letGo();
    const timer = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  #letGo(): void {
    if (this.#state.kind === 'greeting' || this.#state.kind === 'leaving') clearTimeout(this.#state.timer);
    this.#state = { kind: 'closed' };
    this.#inbox = [];
    this.#subscriptions.dropAll();
    this.#parts.starter.leave(this);
    this.#feed.close();
  }

  /** Counts what a client sends; whether it keeps to its rate, and reads what it asks for. */
  #count(): boolean {
    this.#isAlive = true;
    if (this.#state.kind === 'closed' || this.#state.kind === 'leaving') return false;
    if (!this.#rate.allows()) this.close(4429, `more than ${this.#parts.limits.messages_per_second} messages a second`);
    else if (this.#feed.outbox.isOverfull) this.close(4499, 'answers were asked for and not read');
    return !this.isClosed;
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#messageAt = performance.now();
    this.#parts.arrivals.clear();
    if (!this.#count()) return;
    this.#inbox.push({ data, isBinary });
    this.#handleAll();
  }

  /** Handles what came, one after the other. */
  #handleAll(): void {
    while (!this.#isBusy) {
      const next = this.#inbox.shift();
      if (next === undefined) return;
      const bytes = bytesOf(next.data);
      if (next.isBinary) this.close(4400, 'messages are text');
      else if (bytes.byteLength <= SMALL_MESSAGE_BYTES) this.#handleSmall(bytes);
      else this.#waitFor(this.#handleLong(bytes));
    }
  }

  /** Until it is done, nothing more is read. */
  #waitFor(work: Promise<void>): void {
    this.#isBusy = true;
    this.#socket.pause();
    void work.finally(() => {
      this.#isBusy = false;
      this.#socket.resume();
      this.#handleAll();
    });
  }

  #handleSmall(bytes: Uint8Array): void {
    let message: ReadMessage;
    try {
      message = readMessage(bytes);
    } catch (error) {
      this.#refuseMessage(error);
      return;
    }
    this.#guarded('id' in message ? message.id : undefined, () => {
      if (message.type === 'start') this.#start(message, new CutRun(bytes, cutRequest(bytes)));
      else this.#follow(message);
    });
  }

  async #handleLong(bytes: Uint8Array): Promise<void> {
    const { starter } = this.#parts;
    if (this.#state.kind === 'greeting') {
      this.close(4400, HELLO_FIRST);
      return;
    }
    // Before a worker has read it all.
    const refusal = this.#asker.caller()?.refusal();
    if (refusal !== undefined) return this.#refuse(refusal, undefined);
    let cut: CutRun;
    try {
      cut = await starter.cut(bytes);
    } catch (error) {
      const isOurs = !(error instanceof RequestError) || error.status >= 500;
      if (isOurs) this.#refuse(error, undefined);
      else this.close(4400, error.message);
      return;
    }
    let message: StartEnvelope;
    try {
      message = readStart(cut.envelope);
    } catch (error) {
      starter.drop(cut);
      this.#refuseMessage(error);
      return;
    }
    // Nothing begins when the connection was closed meanwhile, or is left.
    if (this.#state.kind === 'open') this.#guarded(message.id, () => this.#start(message, cut));
    else starter.drop(cut);
  }

  /** @throws RequestError when the message makes no sense, Violation when it passes a limit */
  #follow(message: Exclude<ReadMessage, { type: 'start' }>): void {
    if (message.type === 'hello') {
      if (this.#state.kind !== 'greeting') throw new RequestError('invalid_message', 'hello was said already');
      this.#waitFor(this.#welcome(message).catch((error) => this.#refuse(error, undefined)));
      return;
    }
    const encoding = this.#encoding();
    switch (message.type) {
      case 'ping':
        this.#feed.say({ type: 'pong', t: message.t });
        return;
      case 'watch':
        this.#waitFor(this.#subscriptions.watch(message, encoding).catch((error) => this.#refuse(error, message.id)));
        return;
      case 'cancel':
        this.#waitFor(
          this.#parts.starter.cancel(message.run, this.#asker).catch((error) => this.#refuse(error, undefined)),
        );
        return;
      case 'unwatch':
        this.#subscriptions.unwatch(message.id);
        return;
      default:
        this.#subscriptions.pace(message);
    }
  }

  /** @throws Violation before hello */
  #start(message: StartEnvelope, cut: CutRun): void {
    let encoding: 'json' | 'binary';
    try {
      encoding = this.#encoding();
    } catch (error) {
      this.#parts.starter.drop(cut);
      throw error;
    }
    this.#subscriptions.start(message, cut, encoding).catch((error) => this.#refuse(error, message.id));
  }

  /** @throws Violation */
  async #welcome({ token, encoding }: Extract<ReadMessage, { type: 'hello' }>): Promise<void> {
    const { principal, caller } = await this.#parts.authorize(token);
    this.#asker.principal = principal;
    this.#asker.caller = caller;
    // It may have been closed, or the server may be shutting down.
    if (this.#state.kind !== 'greeting') return;
    clearTimeout(this.#state.timer);
    this.#state = { kind: 'open', encoding };
    const { limits, heartbeatMs } = this.#parts;
    this.#feed.say({ type: 'welcome', session: this.id, protocol: PROTOCOL, limits, heartbeat_ms: heartbeatMs });
  }

  /** @throws Violation before hello */
  #encoding(): 'json' | 'binary' {
    if (this.#state.kind === 'open') return this.#state.encoding;
    throw new Violation(4400, HELLO_FIRST);
  }

  #guarded(id: string | undefined, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#refuse(error, id);
    }
  }

  /** A message that makes no sense is an error for its subscription; before hello it ends the connection, as one that is none. */
  #refuseMessage(error: unknown): void {
    if (!(error instanceof SenselessMessage)) this.#refuse(error, undefined);
    else if (this.#state.kind === 'greeting') this.close(4400, HELLO_FIRST);
    else this.#refuse(error.fault, error.id);
  }

  #refuse(error: unknown, id: string | undefined): void {
    if (error instanceof Violation) this.close(error.code, error.message);
    if (this.#state.kind !== 'open') return;
    if (error instanceof RequestError && error.limit !== undefined) this.#parts.onRefused(error.limit);
    if (!(error instanceof RequestError)) this.#parts.log.error({ err: error, session: this.id }, 'a bug of ours');
    this.#feed.sayError(error, id);
  }
}
