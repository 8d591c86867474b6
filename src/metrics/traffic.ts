import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections of a server, and the bytes on them, those of headers and streams included.
 * Invariant: each connection is in `#open` or its bytes are in `#closed`.
 */
export class Traffic {
  readonly #open = new Set<Socket>();
  readonly #closed = { received: 0, sent: 0 };

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      // One whose offer of an upgrade was ignored comes again.
      if (this.#open.has(socket)) return;
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#closed.received += socket.bytesRead;
        this.#closed.sent += socket.bytesWritten;
      });
    });
  }

  get connections(): number {
    return this.#open.size;
  }

  get bytes(): { received: number; sent: number } {
    let { received, sent } = this.#closed;
    for (const socket of this.#open) {
      received += socket.bytesRead;
      sent += socket.bytesWritten;
    }
    return { received, sent };
  }
}
