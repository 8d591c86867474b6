/** POST /tickets: what a page shows in place of its key where it can set no header. */
import type { FastifyInstance } from 'fastify';
import type { Access } from '../../access/access.ts';
import { TICKET_SECONDS } from '../../access/tickets.ts';
import { ticketRoute as schema, type Ticket } from '../documents/ticket-schemas.ts';
import { principalOf } from '../transport/credentials.ts';

export function ticketRoute(app: FastifyInstance, { tickets }: Pick<Access, 'tickets'>): void {
  app.post('/tickets', { schema, config: { looks: true } }, async (request, reply): Promise<Ticket> => {
    reply.header('cache-control', 'no-store');
    return { ticket: await tickets.issue(principalOf(request)), expires_in_seconds: TICKET_SECONDS };
  });
}
