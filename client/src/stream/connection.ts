import { type Token, tokenNow } from '../token.ts';
import type { TypedAnswerTensor } from '../typed-tensor.ts';
import type { ClientMessage, ServerMessage } from '../wire/messages.ts';
import { readFrame } from './frame.ts';
import { MessageBudget } from './message-budget.ts';
import { isServerMessage } from './server-message.ts';
import type { StepMessage } from './step.ts';

type Welcome = Extract<ServerMessage, { type: 'welcome' }>;
/** The limits of the server, as its welcome tells them. */
export type Limits = Welcome['limits'];

/** What the client needs of a WebSocket: that of a browser, of Node 22 and later, and of the package `ws` have it. */
export interface Socket {
  binaryType: string;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'error', listener: (event: object) => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
}
export type SocketClass = new (url: string, protocol: string) => Socket;

/** Why a connection is no more. */
export interface Loss {
  /** The code of the close; 1006 when it was cut. */
  code: number;
  reason: string;
  /** Whether the server had said welcome. */
  wasOpen: boolean;
  /** The HTTP status with which the upgrade was refused; only the package `ws` tells it. */
  status: number | undefined;
  /** What goodbye said. */
  reconnectAfterMs: number | undefined;
}

/** A step, with its numbers where they came in a binary frame. */
export interface Arrival {
  message: StepMessage;
  tensor: TypedAnswerTensor | undefined;
}

export interface ConnectionEvents {
  onWelcome(limits: Limits): void;
  onStep(arrival: Arrival): void;
  onMessage(message: Exclude<ServerMessage, { type: 'welcome' | 'step' | 'goodbye' }>): void;
  /** What the caller's function for tokens throws: nothing comes after it. */
  onNoToken(error: unknown): void;
  /** Once, at the end; not after `leave`. */
  onLoss(loss: Loss): void;
}

export interface ConnectionParts {
  url: string;
  WebSocket: SocketClass;
  token: Token | undefined;
  encoding: 'json' | 'binary';
}

/** The only subscription of a connection. */
export const SUBSCRIPTION = 'stream';
const SUBPROTOCOL: Welcome['protocol'] = 'spotlight.v1';
/** How long a connection may take until `welcome`. */
const WELCOME_MS = 10_000;

/** Credits are granted by `grant`, hello is said at the start. */
type Message = Exclude<ClientMessage, { type: 'hello' | 'credit' }>;

/**
 * One WebSocket with one subscription: its handshake, the pace of its messages, the frames that belong to steps, and whether
 * it is still alive. Invariant: once ended it tells nothing.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #queue: string[] = [];
  #owedCredits = 0;
  /** From welcome on. */
  #budget: MessageBudget | undefined;
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #watchTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether anything was heard since the last heartbeat, and whether a sign of life was asked for. */
  #life: 'heard' | 'silent' | 'asked' = 'heard';
  /** A step whose binary frame comes next. */
  #announced: StepMessage | undefined;
  #reconnectAfterMs: number | undefined;
  #refusedWith: number | undefined;
  #isConnected = false;
  #isOver = false;

  constructor({ url, WebSocket, token, encoding }: ConnectionParts, events: ConnectionEvents) {
    this.#events = events;
    this.#socket = new WebSocket(url, SUBPROTOCOL);
    this.#socket.binaryType = 'arraybuffer';
    const greet = (token: string | undefined) => {
      if (this.#isOver) return;
      this.#socket.send(JSON.stringify({ type: 'hello', encoding, ...(token !== undefined && { token }) }));
    };
    this.#socket.addEventListener('open', () => {
      this.#isConnected = true;
      if (this.#isOver) this.#socket.close(1000);
      else if (typeof token !== 'function') greet(token);
      else tokenNow(token).then(greet, (error: unknown) => this.#fail(error));
    });
    this.#socket.addEventListener('message', ({ data }) => this.#receive(data));
    // The close that follows tells more, but for the status of a refused upgrade.
    this.#socket.addEventListener('error', (event) => {
      const status = /response: (\d{3})$/.exec(String(Reflect.get(event, 'message')))?.[1];
      if (status !== undefined) this.#refusedWith = Number(status);
    });
    this.#socket.addEventListener('close', ({ code, reason }) => this.#lose(code, reason));
    this.#watchTimer = setTimeout(() => this.#giveUp(`no welcome came within ${WELCOME_MS} ms`), WELCOME_MS);
  }

  /** Whether welcome has come: before, there is nobody to send to. */
  get isOpen(): boolean {
    return this.#budget !== undefined;
  }

  /** Sends a message as soon as the server's limit on messages allows; before welcome it is dropped. */
  send(message: Message): void {
    this.sendText(JSON.stringify(message));
  }

  /** The same for a message that is written already. */
  sendText(message: string): void {
    if (!this.isOpen) return;
    this.#queue.push(message);
    this.#flush();
  }

  /** Grants credits; those that are granted while a message has to wait travel together. */
  grant(credits: number): void {
    if (!this.isOpen) return;
    this.#owedCredits += credits;
    this.#flush();
  }

  /**
   * Ends the connection from this side. A page waits for it to be there, as browsers complain on the console of one that is
   * closed before; other programs would not end meanwhile.
   */
  leave(): void {
    this.#end();
    if (this.#isConnected || !('document' in globalThis)) this.#socket.close(1000);
  }

  #flush(): void {
    if (this.#budget === undefined || this.#isOver || this.#flushTimer !== undefined) return;
    while (this.#queue.length > 0 || this.#owedCredits > 0) {
      const wait = this.#budget.waitMs(performance.now());
      if (wait > 0) {
        this.#flushTimer = setTimeout(() => {
          this.#flushTimer = undefined;
          this.#flush();
        }, wait);
        return;
      }
      this.#budget.spend();
      this.#socket.send(this.#queue.shift() ?? this.#credit());
    }
  }

  #credit(): string {
    const message: ClientMessage = { type: 'credit', id: SUBSCRIPTION, n: this.#owedCredits };
    this.#owedCredits = 0;
    return JSON.stringify(message);
  }

  #receive(data: unknown): void {
    if (this.#isOver) return;
    this.#life = 'heard';
    if (typeof data === 'string') this.#read(data);
    else if (data instanceof ArrayBuffer) this.#readFrame(data);
  }

  #read(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#giveUp('a message is not JSON');
      return;
    }
    // Messages of a later version are not for this one.
    if (!isServerMessage(message)) return;
    if (message.type === 'welcome') this.#welcome(message);
    else if (message.type === 'goodbye') this.#reconnectAfterMs = message.reconnect_after_ms;
    else if (message.type !== 'step') this.#events.onMessage(message);
    else if (message.binary === true) this.#announced = message;
    else this.#events.onStep({ message, tensor: undefined });
  }

  #readFrame(data: ArrayBuffer): void {
    const message = this.#announced;
    const frame = readFrame(data);
    this.#announced = undefined;
    if (message === undefined || frame?.seq !== message.seq) this.#giveUp('a frame does not belong to a step');
    else this.#events.onStep({ message, tensor: frame.tensor });
  }

  #welcome({ limits, heartbeat_ms: heartbeatMs }: Welcome): void {
    clearTimeout(this.#watchTimer);
    this.#budget = new MessageBudget({ perSecond: limits.messages_per_second, burst: limits.message_burst });
    this.#watch(heartbeatMs);
    this.#events.onWelcome(limits);
    this.#flush();
  }

  /** Asks for a sign of life after a silent heartbeat, and gives up after another. Pages do not see the server's pings. */
  #watch(heartbeatMs: number): void {
    this.#watchTimer = setTimeout(() => {
      if (this.#life === 'asked') {
        this.#giveUp(`nothing was heard for ${heartbeatMs} ms and more`);
        return;
      }
      if (this.#life === 'silent') this.send({ type: 'ping' });
      this.#life = this.#life === 'silent' ? 'asked' : 'silent';
      this.#watch(heartbeatMs);
    }, heartbeatMs);
  }

  /** A dead connection may take minutes to close, so nobody waits for that. */
  #giveUp(reason: string): void {
    this.#lose(1006, reason);
    this.#socket.close();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#socket.close();
    this.#events.onNoToken(error);
  }

  #lose(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#end();
    this.#events.onLoss({
      code,
      reason,
      wasOpen: this.isOpen,
      status: this.#refusedWith,
      reconnectAfterMs: this.#reconnectAfterMs,
    });
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#watchTimer);
    clearTimeout(this.#flushTimer);
  }
}
