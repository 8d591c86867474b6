import type { FastifyReply } from 'fastify';

/** Does what a client waits for, until it leaves. */
export async function whileThere<T>(reply: FastifyReply, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const client = new AbortController();
  const onClose = () => client.abort();
  // A client that has left already will not leave again.
  if (reply.raw.destroyed) onClose();
  reply.raw.once('close', onClose);
  try {
    return await work(client.signal);
  } finally {
    reply.raw.off('close', onClose);
  }
}
