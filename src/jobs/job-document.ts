/** What is told of a job, over HTTP and to its callback. */
import { z } from 'zod';
import { problemOf, problemSchema, type Recipient } from '../problem-document.ts';
import { spreadDocument } from '../requests/spread-note.ts';
import { hasEnded, JOB_ROUTES, JOB_STATES, type Job } from './job.ts';
import { errorOf } from './job-faults.ts';

const time = (what: string) => z.iso.datetime().describe(what);

export const jobProgressSchema = z
  .object({
    shards_done: z.int().min(0),
    shards_total: z.int().min(0).describe('0 until the request was read and planned.'),
  })
  .meta({ id: 'JobProgress', description: 'How much of a job is computed, in ranges of rows.' });

export const spreadSchema = z
  .object({
    parts: z.int().min(1).describe('1: one replica has computed it.'),
    by: z.enum(['heads', 'rows', 'keys']).optional().describe('What tells the parts apart.'),
    replicas: z.int().min(1).optional().describe('How many have computed parts.'),
    bytes_moved: z.int().min(0).optional().describe('Bytes that the parts read from Redis, and wrote there.'),
    why: z.string().describe('What was expected of it, or what keeps the request from being spread.'),
  })
  .meta({ id: 'Spread', description: 'How one request was spread over replicas.' });

export const jobSchema = z
  .object({
    job: z.uuid().describe('The id of the job.'),
    route: z.enum(JOB_ROUTES).describe('Whose request it is.'),
    state: z.enum(JOB_STATES).describe('The last three are ends: a job has one of them, once.'),
    durable: z
      .boolean()
      .describe('Whether the job outlives the process that took it, and each replica can be asked: it is in Redis.'),
    progress: jobProgressSchema,
    attempts: z
      .int()
      .min(0)
      .describe(
        'How often it was begun: more than once when a replica was gone, and once more for a spread one, to be put together.',
      ),
    place: z.int().min(0).optional().describe('How many are begun before it, while it is queued.'),
    estimate_ms: z.int().min(0).optional().describe('A guess of the time until it ends, once there is one.'),
    created_at: time('When it was taken.'),
    started_at: time('When it was begun.').optional(),
    ended_at: time('When it ended.').optional(),
    expires_at: time('When it is forgotten, if nothing happens before.'),
    result: z
      .object({
        location: z.string().describe('Where the answer is.'),
        content_type: z.string(),
        bytes: z.int().min(0),
      })
      .meta({ id: 'JobResult', description: 'The answer that the route would have given.' })
      .optional()
      .describe('Once it is done.'),
    spread: spreadSchema.optional(),
    problem: problemSchema.optional().describe('Why it failed.'),
  })
  .meta({ id: 'Job', description: 'A request that outlives the connection that brought it.' });
export type JobDocument = z.infer<typeof jobSchema>;

/** Paths begin with the prefix of `recipient`. */
export function documentOf(job: Job, isDurable: boolean, recipient: Recipient): JobDocument {
  const { id, route, state, attempts, place, estimateMs, startedAt, endedAt, result, fault, spread } = job;
  return {
    job: id,
    route,
    state,
    durable: isDurable,
    progress: progressOf(job),
    attempts,
    ...(place !== undefined && { place }),
    ...(estimateMs !== undefined && { estimate_ms: Math.round(estimateMs) }),
    created_at: timeOf(job.createdAt),
    ...(startedAt !== undefined && { started_at: timeOf(startedAt) }),
    ...(endedAt !== undefined && { ended_at: timeOf(endedAt) }),
    expires_at: timeOf(job.expiresAt),
    ...(result !== undefined && {
      result: {
        location: `${recipient.prefix}/jobs/${id}/result`,
        content_type: result.contentType,
        bytes: result.bytes,
      },
    }),
    ...(spread !== undefined && { spread: spreadDocument(spread) }),
    ...(hasEnded(state) && fault !== undefined && { problem: problemOf(errorOf(fault), recipient) }),
  };
}

export const progressOf = ({ shardsDone, shardsTotal }: Job) => ({
  shards_done: shardsDone,
  shards_total: shardsTotal,
});

const timeOf = (ms: number) => new Date(ms).toISOString();
