/** What operators and their machines ask, for the documentation. */
import { z } from 'zod';
import { ACCESS_KINDS } from '../../access/access.ts';
import { answered, answeredOrPage } from './answers.ts';
import { ANY, KEYED, PROBED, problems } from './problems.ts';

const tags = ['operations'];
const path = z.string().describe('A path of this server.');
const bytes = z.int().meta({ format: 'int64' });

const indexSchema = z
  .object({
    name: z.string(),
    about: z.string(),
    docs: path,
    examples: path,
    errors: path,
    openapi: path,
    openapi_yaml: path,
    asyncapi: path,
    asyncapi_yaml: path,
    info: path,
  })
  .meta({ id: 'WaysIn', description: 'Where to go from here: paths of this server.' });
export type Index = z.infer<typeof indexSchema>;

const kernelSchema = z
  .object({
    name: z.string().describe('The kernel in use.'),
    reason: z.string().describe('Why it was chosen.'),
    candidates: z
      .array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() }).meta({ id: 'KernelCandidate' }))
      .describe('Each kernel that was tried at start, and what became of it.'),
  })
  .meta({ id: 'KernelChoice', description: 'Which kernel computes here, and why.' });

const bound = z.number().nullable();
const ratesSchema = z
  .object({
    request_rate: bound.describe('Requests a second.'),
    request_burst: bound.describe('Requests at once, after a pause.'),
    work_rate: bound.describe('Millions of multiply-adds a second; a byte of a body or an answer counts as 64.'),
    work_burst: bound.describe('The same at once, after a pause.'),
    concurrency: bound.describe('Requests that are computed, or wait for it, at once.'),
  })
  .meta({ id: 'CallerLimits', description: 'What one caller may do that has no limits of its own; null = no bound.' });

const redisSchema = z
  .object({
    replicas: z.int().describe('Replicas that share it, this one included; as last heard while it is away.'),
    round_trip_ms: z.number().nullable().describe('What its last answer took; null while there is none.'),
    failures: z.int().describe('Questions that it has not answered as it should, since the start.'),
    reconnects: z.int().describe('How often it was found again after it was lost.'),
    limits: z
      .enum(['shared', 'local'])
      .describe('Whether callers are counted over all replicas now, or here alone, by the part of one replica.'),
    limit_posts: z.int().describe('How often what a caller has taken was told to it.'),
  })
  .meta({ id: 'RedisState', description: 'What the Redis of the replicas is doing.' });

export const infoSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    node: z.string().describe('The version of Node.js.'),
    sharing: z
      .enum(['none', 'redis', 'away'])
      .describe('What makes one service of several replicas: nothing, a Redis, or one that is away now.'),
    redis: redisSchema.nullable().describe('Null where replicas share nothing.'),
    access: z.enum(ACCESS_KINDS).describe('Who may use it: whoever reaches it, or whoever has a key or a token.'),
    kernel: kernelSchema,
    workers: z.int().describe('Threads that compute.'),
    load: z
      .object({
        running: z.int().describe('Threads that work now.'),
        waiting: z.int().describe('Requests that are computed or wait for it.'),
        waiting_bytes: bytes.describe('The bytes of their bodies.'),
      })
      .meta({ id: 'Load', description: 'What there is to do now.' }),
    limits: z
      .object({
        max_body_bytes: bytes,
        max_elements: bytes,
        max_output_bytes: bytes,
        max_text_bytes: bytes,
        max_queue: z.int(),
        max_queue_bytes: bytes,
        max_run_bytes: bytes,
        step_cache_bytes: bytes,
        memory_bytes: bytes.describe('What those in bytes were made to fit into, unless they were set.'),
        deadline_ms: bytes,
        caller: ratesSchema,
      })
      .meta({ id: 'ServerLimits', description: 'What a request may be, as the server was set.' }),
    uptime_seconds: z.number(),
  })
  .meta({ id: 'Info', description: 'What runs here.' });
export type Info = z.infer<typeof infoSchema>;

export const indexRoute = {
  operationId: 'getIndex',
  summary: 'Where to go from here',
  description: 'The studio, a page on which attention can be seen, for whoever prefers text/html, as browsers do.',
  tags,
  response: {
    200: answeredOrPage('The ways in.', indexSchema, 'The studio.'),
    ...problems('GetIndex', ANY),
  },
};

export const liveRoute = {
  operationId: 'live',
  summary: 'Whether the process answers',
  tags,
  response: {
    200: answered('It does.', z.object({ status: z.literal('live') }).meta({ id: 'Live' })),
    ...problems('Live', PROBED),
  },
};

export const readyRoute = {
  operationId: 'ready',
  summary: 'Whether requests are served',
  description: 'Only when every worker has tested its kernel, and no longer once the server is shutting down.',
  tags,
  response: {
    200: answered('They are.', z.object({ status: z.literal('ready') }).meta({ id: 'Ready' })),
    ...problems('Ready', [...PROBED, 'draining', 'not_ready', 'workers_failing']),
  },
};

export const metricsRoute = {
  operationId: 'metrics',
  summary: 'Numbers for Prometheus',
  description: 'Where METRICS_PORT is set they are at that port, and not here.',
  tags,
  response: {
    200: {
      description: 'All metrics, in the text format of Prometheus, version 0.0.4.',
      content: { 'text/plain': { schema: z.string().describe('Each metric with its meaning, kind and samples.') } },
    },
    ...problems('Metrics', KEYED),
  },
};

export const infoRoute = {
  operationId: 'info',
  summary: 'Version, kernel, workers and limits',
  tags,
  response: { 200: answered('What runs here.', infoSchema), ...problems('Info', KEYED) },
};
