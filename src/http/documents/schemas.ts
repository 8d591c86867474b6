/** What the routes take and answer, for the documentation. Bodies are checked where they are read: on the workers. */
import { z } from 'zod';
import {
  attentionAnswerSchema,
  attentionRequestSchema,
  multiHeadAnswerSchema,
  multiHeadRequestSchema,
} from '../../codec/schemas.ts';
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import { PROBLEM_TYPE, problemSchema } from '../../problem-document.ts';
import { streamQuery } from './query-schemas.ts';

const codes = Object.keys(ERROR_CODES) as ErrorCode[];

/** The responses of these statuses, with the codes that each can have. */
export function problems(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map((status) => {
      const own = codes.filter((code) => ERROR_CODES[code][0] === status);
      const description = own.map((code) => `\`${code}\`: ${ERROR_CODES[code][1]}`).join('\n');
      return [status, { description, content: { [PROBLEM_TYPE]: { schema: problemSchema } } }];
    }),
  );
}

/** A response in JSON; `shown` describes it as text and as a picture, where it can be had so. */
export const answered = (description: string, schema: z.ZodType, shown?: { text: string; svg: string }) => ({
  description,
  content: {
    'application/json': { schema },
    ...(shown !== undefined && {
      'text/plain': { schema: z.string().describe(shown.text) },
      'image/svg+xml': { schema: z.string().describe(shown.svg) },
    }),
  },
});

/** Statuses of routes that compute. */
export const REFUSALS = [400, 406, 408, 413, 415, 422, 500, 503, 504];

export const attentionRoute = {
  operationId: 'attention',
  summary: 'Attention of queries over keys and values',
  description:
    'softmax(scale·QKᵀ + bias) V, exactly. Only what is asked for is computed: without weights, scores or statistics the Lq × Lk matrix never exists.',
  tags: ['attention'],
  querystring: streamQuery,
  body: attentionRequestSchema,
  response: {
    200: answered('The output, and what else was asked for.', attentionAnswerSchema),
    ...problems(...REFUSALS),
  },
};

export const multiHeadRoute = {
  operationId: 'multiHeadAttention',
  summary: 'Multi-head attention with its projections',
  description:
    'The whole of nn.MultiheadAttention in evaluation mode: embeddings and projection weights in, attended embeddings out.',
  tags: ['attention'],
  querystring: streamQuery,
  body: multiHeadRequestSchema,
  response: {
    200: answered('The output, and the weights unless need_weights is false.', multiHeadAnswerSchema),
    ...problems(...REFUSALS),
  },
};

const kernelSchema = z.object({
  name: z.string().describe('The kernel in use.'),
  reason: z.string().describe('Why it was chosen.'),
  candidates: z
    .array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() }))
    .describe('Each kernel that was tried at start, and what became of it.'),
});

export const infoSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    node: z.string().describe('The version of Node.js.'),
    kernel: kernelSchema,
    workers: z.int().describe('Threads that compute.'),
    load: z.object({
      running: z.int().describe('Threads that work now.'),
      waiting: z.int().describe('Requests that are computed or wait for it.'),
      waiting_bytes: z.int().describe('The bytes of their bodies.'),
    }),
    limits: z.object({
      max_body_bytes: z.int(),
      max_elements: z.int(),
      max_output_bytes: z.int(),
      max_text_bytes: z.int(),
      max_queue: z.int(),
      max_queue_bytes: z.int(),
      deadline_ms: z.int(),
    }),
    uptime_seconds: z.number(),
  })
  .meta({ id: 'Info', description: 'What runs here.' });
export type Info = z.infer<typeof infoSchema>;

const operations = ['operations'];

export const indexRoute = {
  operationId: 'index',
  summary: 'Where to go from here',
  tags: operations,
  response: { 200: answered('The ways in.', z.record(z.string(), z.string())) },
};

export const liveRoute = {
  operationId: 'live',
  summary: 'Whether the process answers',
  tags: operations,
  response: { 200: answered('It does.', z.object({ status: z.literal('live') })) },
};

export const readyRoute = {
  operationId: 'ready',
  summary: 'Whether requests are served',
  description: 'Only when every worker has tested its kernel, and no longer once the server is shutting down.',
  tags: operations,
  response: { 200: answered('They are.', z.object({ status: z.literal('ready') })), ...problems(503) },
};

export const infoRoute = {
  operationId: 'info',
  summary: 'Version, kernel, workers and limits',
  tags: operations,
  response: { 200: answered('What runs here.', infoSchema) },
};
