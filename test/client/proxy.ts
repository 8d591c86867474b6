/** A TCP proxy that cuts connections where a test wants it. */
import { connect, createServer, type Socket } from 'node:net';
import { listening } from '../listening.ts';

export interface CuttingProxy {
  url: string;
  /** How many connections were cut. */
  readonly cuts: number;
  /** How many were opened. */
  readonly connections: number;
  /** Holds back everything, in both directions, as a network does that has died; for connections that are there. */
  freeze(): void;
  /** Cuts what is there. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * @param nextCut how many bytes of the server pass on the next connection before it is cut; undefined: it is not cut
 */
export async function startProxy(
  target: string,
  nextCut: () => number | undefined = () => undefined,
): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<{ client: Socket; server: Socket; isFrozen: boolean }>();
  let cuts = 0;
  let connections = 0;
  const listener = createServer((client) => {
    connections++;
    const server = connect(Number(port), hostname);
    const pair = { client, server, isFrozen: false };
    pairs.add(pair);
    let left = nextCut();
    const end = () => {
      // A dead network does not tell of an end, either.
      if (pair.isFrozen) return;
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on('error', end).on('close', end).pipe(server);
    server.on('error', end).on('close', end);
    server.on('data', (data) => {
      if (left !== undefined && data.byteLength >= left) {
        client.write(data.subarray(0, left));
        cuts++;
        end();
        return;
      }
      if (left !== undefined) left -= data.byteLength;
      client.write(data);
    });
  });
  const own = await listening(listener);
  const cut = () => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    url: `http://127.0.0.1:${own}`,
    get cuts() {
      return cuts;
    },
    get connections() {
      return connections;
    },
    freeze: () => {
      for (const pair of pairs) {
        pair.isFrozen = true;
        pair.client.unpipe(pair.server);
        pair.client.pause();
        pair.server.pause();
      }
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        cut();
      }),
  };
}
