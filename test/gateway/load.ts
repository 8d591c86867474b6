/** Clients that ask without a pause, through a gateway: what came of it. */
import { Agent, request as httpRequest } from 'node:http';
import { lesson } from '../lesson.ts';

const CLIENTS = 12;

const small = JSON.stringify({ ...lesson, query: [lesson.query] });
const large = JSON.stringify({ ...lesson, query: Array.from({ length: 3000 }, () => lesson.query) });

/**
 * Asks from many connections at once until it is stopped, and counts what came of it. `open` are the requests that are not
 * answered yet, each with what is to be said of it; `begun` are all, in their order.
 */
export function load(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const counts: Record<string, number> = {};
  const open = new Set<{ came?: string }>();
  const begun: { came?: string }[] = [];
  let isOver = false;
  const ask = (body: string) =>
    new Promise<string>((resolve) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const sent = httpRequest({ agent, port, host: '127.0.0.1', path: '/attention', method: 'POST', headers });
      sent.on('response', (answer) => {
        answer.resume().on('end', () => resolve(String(answer.statusCode)));
        answer.on('error', ({ message }) => resolve(message));
      });
      sent.on('error', ({ message }) => resolve(message));
      sent.end(body);
    });
  const clients = Array.from({ length: CLIENTS }, async (_, i) => {
    while (!isOver) {
      const asked: { came?: string } = {};
      open.add(asked);
      begun.push(asked);
      const came = await ask(i === 0 ? large : small);
      asked.came = came;
      open.delete(asked);
      counts[came] = (counts[came] ?? 0) + 1;
    }
  });
  return {
    counts,
    open,
    begun,
    stop: async () => {
      isOver = true;
      await Promise.all(clients);
      agent.destroy();
    },
  };
}
