/** The query parameters of the routes, as they are read and documented; what a route does not list here it does not take. */
import { z } from 'zod';
import { filterSchema, runEnvelopeSchema } from '../../stream/client-messages.ts';
import { pooling, stepName } from '../../stream/message-fields.ts';

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

const MAX_INDEX = 2 ** 31 - 1;
const range = (what: string) =>
  z
    .string()
    .optional()
    .meta({ pattern: '^[0-9]{0,9}:[0-9]{0,9}$' })
    .describe(
      `${what}, as from:to, the end excluded; without a number, from the first or to the last. By default all.`,
    );
const place = (what: string) => z.int().min(0).max(MAX_INDEX).default(0).describe(what);

/** Of GET /runs/{id}/matrix: which rectangle of which matrix, and how it is pooled. */
export const matrixQuery = z.strictObject({
  step: stepName.default('pattern').describe('The matrix, by the name of its step.'),
  batch: place('The batch entry.'),
  head: place('The query head; for k and v the key head.'),
  rows: range('Rows: queries; for k and v keys'),
  keys: range('Columns: keys; of vectors (q, k, v, z, result) their components'),
  pool: z
    .array(z.int().min(1).max(MAX_INDEX))
    .min(1)
    .max(2)
    .default([1, 1])
    .describe('How many rows, and how many columns, become one number; one number stands for both.'),
  by: pooling.default('max').describe('What they become: their largest, or their mean.'),
});
export type MatrixQuery = Partial<z.output<typeof matrixQuery>>;

/** Of GET /runs/{id}/rows. */
export const rowsQuery = matrixQuery.pick({ batch: true, head: true, rows: true });
export type RowsQuery = Partial<z.output<typeof rowsQuery>>;
