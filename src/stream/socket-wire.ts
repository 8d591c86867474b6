import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Wire } from './outbox.ts';
import type { Chunk } from './sending.ts';

/** A WebSocket as a wire: the chunks of a message are its fragments, so that what is sent to many is copied for nobody. */
export class SocketWire implements Wire {
  readonly #socket: WebSocket;
  readonly #connection: Socket;

  /** @param connection what `socket` writes to */
  constructor(socket: WebSocket, connection: Socket) {
    this.#socket = socket;
    this.#connection = connection;
  }

  get waiting(): number {
    return this.#socket.bufferedAmount;
  }

  write({ bytes, binary, end }: Chunk, taken: () => void): void {
    this.#socket.send(bytes, { binary, fin: end }, (error) => {
      if (error == null) taken();
    });
  }

  hold(): void {
    this.#connection.cork();
  }

  release(): void {
    this.#connection.uncork();
  }
}
