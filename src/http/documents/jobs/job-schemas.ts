/** What the routes of jobs take and answer, for the documentation. */
import { z } from 'zod';
import { JOB_ROUTES } from '../../../jobs/job.ts';
import { jobProgressSchema, jobSchema } from '../../../jobs/job-document.ts';
import { answered } from '../answers.ts';
import { CALLED, KEYED, problems, TENSORS, TOKENS, WORDS } from '../problems.ts';

const tags = ['jobs'];
const jobId = z.object({ id: z.string().describe('The id of the job.') });
const GONE = ['job_not_found', 'sharing_unavailable', 'draining'] as const;

/** Of POST /jobs. */
export const jobQuery = z.strictObject({
  route: z.enum(JOB_ROUTES).describe('The route whose request it is: needed.'),
  callback_url: z
    .string()
    .max(2048)
    .optional()
    .describe(
      'Where the end of the job is told: the job in JSON, by POST, signed as Standard Webhooks say. It must lie below one of CALLBACK_URLS.',
    ),
});
export type JobQuery = Partial<z.output<typeof jobQuery>>;

/** Of GET /jobs/{id}/events. */
export const jobEventsQuery = z.strictObject({
  ticket: z.string().max(64).optional().describe('A ticket of POST /tickets, in place of a key or token.'),
});

const anyBody = { schema: z.unknown().describe('A body of the route, as it is sent there.') };

export const jobStartRoute = {
  operationId: 'startJob',
  summary: 'Have a request answered later',
  description:
    'Takes any request of some routes, with the headers that these read (content-type, accept), and answers at once with the job. It may take up to JOB_DEADLINE_MS. Where replicas share a Redis the job is there, and each replica can be asked; else it is in memory, and `durable` is false.',
  tags,
  querystring: jobQuery,
  headers: z.object({
    'idempotency-key': z
      .string()
      .max(255)
      .optional()
      .describe('The same key with the same request gives the same job, for 24 hours; with another it is refused.'),
  }),
  body: {
    content: {
      'application/json': anyBody,
      'application/vnd.safetensors': anyBody,
      'application/octet-stream': anyBody,
      'application/x-npz': anyBody,
      'application/zip': anyBody,
    },
  },
  response: {
    202: answered(
      'The job, new or the one that the Idempotency-Key stands for; `location` says where it is.',
      jobSchema,
    ),
    ...problems('StartJob', [
      ...CALLED,
      'origin_not_allowed',
      'incomplete_body',
      'not_acceptable',
      'body_too_large',
      'unsupported_media_type',
      'missing_field',
      'invalid_option',
      'idempotency_key_reused',
      'saturated',
      'not_ready',
      'draining',
      'sharing_unavailable',
    ]),
  },
};

export const jobRoute = {
  operationId: 'getJob',
  summary: 'Where a job stands',
  tags,
  params: jobId,
  response: { 200: answered('The job.', jobSchema), ...problems('GetJob', [...CALLED, ...GONE]) },
};

export const jobResultRoute = {
  operationId: 'getJobResult',
  summary: 'The answer of a job',
  description: 'As the route would have given it; of a job that failed, its problem with its own status.',
  tags,
  params: jobId,
  response: {
    200: {
      description: 'The answer of the route, in the type that was asked for.',
      content: { '*/*': { schema: z.unknown().describe('The answer of the route.') } },
    },
    ...problems('GetJobResult', [
      ...new Set([...TENSORS, ...WORDS, ...TOKENS, ...GONE, 'overflow', 'job_not_done', 'job_cancelled'] as const),
    ]),
  },
};

export const jobDeleteRoute = {
  operationId: 'deleteJob',
  summary: 'End a job, or forget it',
  description: 'Ends a job that waits or is computed; forgets one that has ended, and its result.',
  tags,
  params: jobId,
  response: {
    204: { type: 'null', description: 'It is ended, or forgotten.' },
    ...problems('DeleteJob', [...KEYED, ...GONE, 'origin_not_allowed']),
  },
};

export const jobEventSchema = z.union([jobSchema, jobProgressSchema]).meta({
  id: 'JobEvent',
  description: 'The data of an event: of `state` and `ended` the job, of `progress` that of it.',
});

export const jobEventsRoute = {
  operationId: 'jobEvents',
  summary: 'What becomes of a job, as server-sent events',
  description:
    'At once the job as it is, as `state`; then `state` when it has another one, `progress` while it is computed, and at its end `ended`, after which nothing comes. An EventSource that has seen the end is told so with 204, and comes back no more.',
  tags,
  params: jobId,
  querystring: jobEventsQuery,
  headers: z.object({
    'last-event-id': z.string().optional().describe('The id of the last event that was seen, as EventSource sends it.'),
  }),
  response: {
    200: {
      description: 'Events, each with a name and data in JSON: state, progress, ended, problem.',
      content: { 'text/event-stream': { schema: jobEventSchema } },
    },
    204: { type: 'null', description: 'Last-Event-ID says that the end was seen.' },
    ...problems('JobEvents', [...CALLED, ...GONE, 'saturated']),
  },
};
