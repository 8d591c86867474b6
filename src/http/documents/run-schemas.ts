/** What the routes of runs take and answer, for the documentation. */
import { z } from 'zod';
import { runSchema } from '../../stream/protocol.ts';
import { answered, runStarted } from './answers.ts';
import { runEventSchema } from './event-schemas.ts';
import { CALLED, KEYED, problems, TENSORS, WORDS } from './problems.ts';
import { eventsQuery } from './query-schemas.ts';
import { runStartBody } from './run-request.ts';

const tags = ['runs'];
/** Why a run is not there. */
export const GONE = [
  'run_not_found',
  'run_expired',
  'run_cancelled',
  'saturated',
  'draining',
  'sharing_unavailable',
] as const;
export const runId = z.object({ id: z.string().describe('The id of the run.') });

export const runStartRoute = {
  operationId: 'startRun',
  summary: 'Start a run whose steps can be watched',
  description:
    'Computes what the request asks for and keeps it for viewers: over WebSocket (GET /attention/stream, described in openapi/asyncapi.yaml) or as server-sent events.',
  tags,
  body: runStartBody,
  response: {
    201: runStarted,
    ...problems('StartRun', [...TENSORS, ...WORDS, 'overflow', 'sharing_unavailable']),
  },
};

export const runRoute = {
  operationId: 'getRun',
  summary: 'Where a run stands',
  tags,
  params: runId,
  response: { 200: answered('The run.', runSchema), ...problems('GetRun', [...CALLED, ...GONE]) },
};

export const runDeleteRoute = {
  operationId: 'cancelRun',
  summary: 'End a run',
  description: 'Its viewers are told, and its memory is free again.',
  tags,
  params: runId,
  response: {
    204: { type: 'null', description: 'It is gone.' },
    ...problems('CancelRun', [...KEYED, ...GONE, 'not_owner', 'origin_not_allowed']),
  },
};

export const eventsRoute = {
  operationId: 'runEvents',
  summary: 'The steps of a run as server-sent events',
  description:
    'The run itself as `started`, then the messages of the stream, each as the event of its type; a fault is a `problem`. Every event has an id that tells how far its reader has come, so that an EventSource that lost its connection goes on where it was, and stops after the end.',
  tags,
  params: runId,
  headers: z.object({
    'last-event-id': z
      .string()
      .optional()
      .describe('The id of the last event that was seen, as EventSource sends it; it wins over after.'),
  }),
  querystring: eventsQuery,
  response: {
    200: {
      description: 'Events, each with a name and data in JSON: started, step, progress, done, problem, goodbye.',
      content: { 'text/event-stream': { schema: runEventSchema } },
    },
    204: { type: 'null', description: 'Last-Event-ID says that the last event was seen: there are no others.' },
    ...problems('RunEvents', [...CALLED, ...GONE, 'invalid_option']),
  },
};
