import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections of a server, and the bytes on them, those of headers and streams included.
 * Invariant: each connection is in `#open` or its bytes are in `#closed`.
 */
export class Traffic {
  readonly #open = new Set<Socket>();
  readonly #closed = { bytesRead: 0, bytesWritten: 0 };

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      // One whose offer of an upgrade was ignored comes again.
      if (this.#open.has(socket)) return;
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#closed.bytesRead += socket.bytesRead;
        this.#closed.bytesWritten += socket.bytesWritten;
      });
    });
  }

  get connections(): number {
    return this.#open.size;
  }

  /** Bytes that came in. */
  get received(): number {
    return this.#sum('bytesRead');
  }

  /** Bytes that went out. */
  get sent(): number {
    return this.#sum('bytesWritten');
  }

  #sum(way: 'bytesRead' | 'bytesWritten'): number {
    let sum = this.#closed[way];
    for (const socket of this.#open) sum += socket[way];
    return sum;
  }
}
