/** The query parameters of the routes, as they are read and documented; what a route does not list here it does not take. */
import { z } from 'zod';
import { filterSchema, runEnvelopeSchema } from '../../stream/client-messages.ts';

const { detail, tile_rows, tile_keys } = runEnvelopeSchema.shape;
const { steps, heads, rows } = filterSchema.shape;

/** Of routes that compute: whether the answer is a run to watch, and how it is cut into steps. */
export const streamQuery = z.strictObject({
  stream: z
    .boolean()
    .default(false)
    .describe('true (or 1): start a run whose steps can be watched, answered with 201 and its location.'),
  detail: detail.default('whole'),
  tile_rows,
  tile_keys,
});
/** Those that were given. */
export type StreamQuery = Partial<z.output<typeof streamQuery>>;

/** For pages, which can set no headers there. */
const ticket = z.string().max(64).optional().describe('A ticket of POST /tickets, in place of a key or token.');

/** Of GET /attention/stream. */
export const handshakeQuery = z.strictObject({ ticket });

/** Of GET /runs/{id}/events: where to begin, and which steps are wanted. Lists have commas between. */
export const eventsQuery = z.strictObject({
  after: z.int().min(0).optional().describe('The last step that was seen; Last-Event-ID says the same, and wins.'),
  steps: steps.describe('Steps by name.'),
  heads,
  rows,
  ticket,
});
export type EventsQuery = z.output<typeof eventsQuery>;
