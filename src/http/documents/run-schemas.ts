/** What the routes of runs take and answer, for the documentation. */
import { z } from 'zod';
import { planSchema, runSchema, runStartSchema } from '../../stream/protocol.ts';
import { answered, problems } from './schemas.ts';

const tags = ['runs'];
const stepNames = planSchema.shape.names.element.shape.name.options.join(', ');
const id = z.object({ id: z.string().describe('The id of the run.') });

export const runStartRoute = {
  summary: 'Start a run whose steps can be watched',
  description:
    'Computes what the request asks for and keeps it for viewers: over WebSocket (GET /attention/stream, described in openapi/asyncapi.yaml) or as server-sent events.',
  tags,
  body: runStartSchema,
  response: {
    201: answered('The run; it is computed now.', runSchema),
    ...problems(400, 408, 413, 415, 422, 500, 503),
  },
};

export const runRoute = {
  summary: 'Where a run stands',
  tags,
  params: id,
  response: { 200: answered('The run.', runSchema), ...problems(404, 410) },
};

export const runDeleteRoute = {
  summary: 'End a run',
  description: 'Its viewers are told, and its memory is free again.',
  tags,
  params: id,
  response: { 204: z.undefined().describe('It is gone.'), ...problems(403, 404, 410) },
};

export const eventsRoute = {
  summary: 'The steps of a run as server-sent events',
  description:
    'The messages of the stream, each as the event of its type; the id of a step is its number, so that an EventSource that lost its connection goes on where it was.',
  tags,
  params: id,
  querystring: z.object({
    after: z.string().optional().describe('The last step that was seen; Last-Event-ID says the same.'),
    steps: z.string().optional().describe(`Names of steps with commas between: ${stepNames}.`),
    heads: z.string().optional().describe('Numbers of query heads with commas between.'),
    rows: z.string().optional().describe('Numbers of query rows with commas between.'),
  }),
  response: {
    200: { description: 'Events.', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems(404, 410, 422, 503),
  },
};
