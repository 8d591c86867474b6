/** A way to Redis on which one answer is lost: what was asked is done there, and whoever asked never hears of it. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

export interface LossyLink {
  url: string;
  /** How many answers were lost: one at most. */
  readonly losses: number;
  /** Where it leads; until then nobody is let in. */
  lead(port: number): void;
  close(): Promise<void>;
}

/** @param marked what is a part of that question alone */
export async function startLossyLink(marked: string): Promise<LossyLink> {
  let port: number | undefined;
  let losses = 0;
  const server = createServer((client) => {
    client.on('error', () => {});
    if (port === undefined) {
      client.destroy();
      return;
    }
    const redis = connect(port, '127.0.0.1');
    redis.on('error', () => {});
    let isLosing = false;
    client.on('data', (bytes) => {
      isLosing ||= losses === 0 && bytes.includes(marked);
      redis.write(bytes);
    });
    redis.on('data', (bytes) => {
      if (!isLosing) {
        client.write(bytes);
        return;
      }
      // An answer may come in two pieces.
      if (!client.destroyed) losses++;
      client.destroy();
    });
    // What was written before is still read, and done.
    client.on('close', () => redis.end());
    redis.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get losses() {
      return losses;
    },
    lead: (to) => {
      port = to;
    },
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
