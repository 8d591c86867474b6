import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections of the server and what is being answered on them, so that it can stop without cutting an answer.
 * Invariant: `#answers` holds each answer from the header of its request until it is sent or its connection is gone.
 */
export class Connections {
  readonly #sockets = new Set<Socket>();
  readonly #answers = new Set<ServerResponse>();
  #isDraining = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      // One whose offer of an upgrade was ignored comes again, see upgrades.ts.
      if (this.#sockets.has(socket)) return;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (_request: IncomingMessage, answer: ServerResponse) => {
      this.#answers.add(answer);
      answer.once('close', () => {
        this.#answers.delete(answer);
        this.#closeWhenIdle();
      });
    });
    // Node would close idle connections as soon as the server closes, in the face of a request on its way. They stay open
    // until the last answer is out, and a request that comes meanwhile is told that the server is draining.
    server.closeIdleConnections = () => {};
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Whether a part of an answer is on this connection already, after which a refusal would be read as its rest. */
  hasAnswered(socket: Socket): boolean {
    return [...this.#answers].some((answer) => answer.socket === socket && answer.headersSent);
  }

  /** Resolves when nothing is being answered on a connection. */
  async answered(socket: Socket): Promise<void> {
    const own = [...this.#answers].filter((answer) => answer.req.socket === socket);
    await Promise.all(own.map((answer) => new Promise((resolve) => answer.once('close', resolve))));
  }

  /** Lets go of a connection that became a WebSocket: its session says goodbye and closes it. */
  release(socket: Socket): void {
    this.#sockets.delete(socket);
  }

  /** From now on no request is served; when the last answer is out, all connections are closed. */
  drain(): void {
    this.#isDraining = true;
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (!this.#isDraining || this.#answers.size > 0) return;
    for (const socket of this.#sockets) socket.destroySoon();
  }
}
