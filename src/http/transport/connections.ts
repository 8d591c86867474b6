import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a connection that has brought no request yet may still do so once all else is done. */
const FIRST_REQUEST_MS = 1000;

/**
 * The connections of the server and what is being answered on them, so that it can stop without cutting an answer or losing
 * a request. Invariant: `#answers` holds each answer from the header of its request until it is sent or its connection is gone.
 */
export class Connections {
  /** Each with when it came, in ms; ∞ ago once it has brought a request. */
  readonly #sockets = new Map<Socket, number>();
  readonly #answers = new Set<ServerResponse>();
  #isDraining = false;
  #isOver = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      // One whose offer of an upgrade was ignored comes again, see upgrades.ts.
      if (this.#sockets.has(socket)) return;
      this.#sockets.set(socket, performance.now());
      socket.once('close', () => {
        this.#sockets.delete(socket);
        process.nextTick(() => this.#endAnswers(socket));
      });
    });
    // Before those who may answer at once.
    server.prependListener('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
      if (this.#sockets.has(socket)) this.#sockets.set(socket, Number.NEGATIVE_INFINITY);
      this.#answers.add(answer);
      if (this.#isDraining) answer.shouldKeepAlive = false;
      answer.once('close', () => {
        this.#answers.delete(answer);
        this.#closeWhenIdle();
      });
    });
    // Node would close idle connections as soon as the server closes, in the face of a request on its way.
    server.closeIdleConnections = () => {};
  }

  /** Whether each answer closes its connection, and the server is not ready for more. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** How many requests are being answered. */
  get answering(): number {
    return this.#answers.size;
  }

  /** Whether a part of an answer is on this connection already, after which a refusal would be read as its rest. */
  hasAnswered(socket: Socket): boolean {
    return [...this.#answers].some((answer) => answer.socket === socket && answer.headersSent);
  }

  /** Whether a request on this connection is being answered. */
  isAnswering(socket: Socket): boolean {
    return this.#on(socket).length > 0;
  }

  /** Resolves when nothing is being answered on a connection. */
  async answered(socket: Socket): Promise<void> {
    await Promise.all(this.#on(socket).map((answer) => new Promise((resolve) => answer.once('close', resolve))));
  }

  /** Lets go of a connection that became a WebSocket: its session says goodbye and closes it. */
  release(socket: Socket): void {
    this.#sockets.delete(socket);
  }

  /** From now on each answer closes its connection, so that those of gateways end between two requests. */
  drain(): void {
    this.#isDraining = true;
    for (const answer of this.#answers) answer.shouldKeepAlive = false;
  }

  /** From now on, whenever no answer is out, all connections are closed that have had one. */
  end(): void {
    this.drain();
    this.#isOver = true;
    this.#closeWhenIdle();
  }

  /** Answers to requests on a connection. */
  #on(socket: Socket): ServerResponse[] {
    return [...this.#answers].filter(({ req }) => req.socket === socket);
  }

  /**
   * Node tells the end of a connection to the answer that is being sent only: those of requests behind it on the connection,
   * which were pipelined, would be waited for, paid for and held for ever.
   */
  #endAnswers(socket: Socket): void {
    for (const answer of this.#on(socket)) {
      if (answer.closed) continue;
      answer.destroyed = true;
      answer.emit('close');
    }
  }

  #closeWhenIdle(): void {
    if (!this.#isOver || this.#answers.size > 0) return;
    const now = performance.now();
    let waitMs = 0;
    for (const [socket, since] of this.#sockets) {
      const leftMs = since + FIRST_REQUEST_MS - now;
      if (leftMs <= 0) socket.destroySoon();
      else waitMs = Math.max(waitMs, leftMs);
    }
    if (waitMs > 0) setTimeout(() => this.#closeWhenIdle(), waitMs);
  }
}
