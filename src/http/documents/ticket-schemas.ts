/** What POST /tickets answers, for the documentation. */
import { z } from 'zod';
import { answered } from './answers.ts';
import { CALLED, problems } from './problems.ts';

export const ticketSchema = z
  .object({
    ticket: z.string().describe('For the parameter `ticket` of GET /runs/{id}/events and GET /attention/stream.'),
    expires_in_seconds: z.int().describe('How long it can be used, once.'),
  })
  .meta({ id: 'Ticket', description: 'What stands for a key or token, once, where no header can be set.' });
export type Ticket = z.infer<typeof ticketSchema>;

export const ticketRoute = {
  operationId: 'createTicket',
  summary: 'A ticket for a page that can set no headers',
  description:
    'EventSource and the WebSocket of browsers send no Authorization. A page asks for a ticket with its key or token, and gives it along with the address, at once and once. It stands for whoever asked for it.',
  tags: ['runs'],
  response: {
    200: answered('The ticket.', ticketSchema),
    ...problems('CreateTicket', [...CALLED, 'origin_not_allowed', 'saturated', 'sharing_unavailable']),
  },
};
