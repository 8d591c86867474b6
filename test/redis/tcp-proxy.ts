/** A connection that is bad: what stands between a client and a server may be slow, break after some bytes, or be cut. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface TcpProxy {
  port: number;
  /** As of a Redis behind it. */
  url: string;
  /** Connections that were taken since the start. */
  readonly connections: number;
  /** From now on the server's bytes come so much later; in order, as many at once as there were. */
  delay(ms: number): void;
  /** From now on a connection breaks when so many of the server's bytes have passed in it; `undefined`: none does. */
  breakAfter(bytes: number | undefined): void;
  /** Breaks all connections, and takes none until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Listens on a port of the system's choice and hands all on to `port` of this machine. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let connections = 0;
  let delayMs = 0;
  let mostBytes = Number.POSITIVE_INFINITY;
  let isCut = false;

  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    connections++;
    const upstream = connect(port, '127.0.0.1');
    const end = () => {
      for (const socket of [client, upstream]) {
        open.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end).on('close', end);
    }
    let passed = 0;
    const pass = (data: Buffer) => {
      // What comes while it breaks is lost, and so is all where too much has passed before.
      const left = Math.max(0, mostBytes - passed);
      passed += data.byteLength;
      if (client.destroyed) return;
      if (data.byteLength < left) client.write(data);
      else client.write(data.subarray(0, left), end);
    };
    client.on('data', (data) => upstream.write(data));
    // None passes before what came before it, though the delay may be another one by now.
    let waiting = 0;
    let last: Promise<unknown> = Promise.resolve();
    upstream.on('data', (data) => {
      if (delayMs === 0 && waiting === 0) {
        pass(data);
        return;
      }
      waiting++;
      last = Promise.all([last, sleep(delayMs)]).then(() => {
        waiting--;
        pass(data);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  const breakAll = () => {
    for (const socket of open) socket.destroy();
  };

  return {
    port: own,
    url: `redis://127.0.0.1:${own}`,
    get connections() {
      return connections;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    breakAfter: (bytes) => {
      mostBytes = bytes ?? Number.POSITIVE_INFINITY;
    },
    cut: () => {
      isCut = true;
      breakAll();
    },
    mend: () => {
      isCut = false;
    },
    close: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
