/**
 * The step stream `spotlight.v1`: what the server says, and its limits, as schemas; what clients say stands in
 * client-messages.ts. Nothing in these files needs Node.
 */
import { z } from 'zod';
import { stepNumbersSchema } from '../codec/answer-schemas.ts';
import { problemSchema } from '../problem-document.ts';
import { detailSchema, id, run, seq, stepName, tag } from './message-fields.ts';

export const PROTOCOL = 'spotlight.v1';

const shape = z.array(z.int().min(0));
const ms = z.number().min(0);

export const planSchema = z
  .object({
    detail: detailSchema,
    steps: z.int().min(1).describe('How many steps the run has, before any filter.'),
    kernel: z.string().describe('Which kernel computes.'),
    scale: z.number(),
    sizes: z
      .object({
        batch: z.int(),
        heads: z.int(),
        key_heads: z.int(),
        queries: z.int(),
        keys: z.int(),
        head_dim: z.int(),
        value_dim: z.int(),
      })
      .meta({ id: 'Sizes', description: 'The sizes of the problem.' }),
    tile: z.object({ rows: z.int(), keys: z.int() }).optional().describe('With detail `tile`.'),
    words: z
      .object({
        tokens: z.array(z.string()).describe('The queries: tokens of text.'),
        context: z.array(z.string()).optional().describe('The keys, where they are those of a context.'),
        heads: z.array(z.string()).describe('The names of the heads.'),
      })
      .meta({ id: 'Words', description: 'For requests of kind `text`.' })
      .optional(),
    query_labels: z.array(z.string()).optional().describe('Names of the queries, for requests that gave them.'),
    key_labels: z.array(z.string()).optional().describe('Names of the keys, for requests that gave them.'),
    head_labels: z.array(z.string()).optional().describe('Names of the query heads, for requests that gave them.'),
    focus: z.int().min(0).optional().describe('The number of the query to look at, for requests that named one.'),
    names: z
      .array(z.object({ name: stepName, shape, formula: z.string(), tex: z.string() }).meta({ id: 'StepKind' }))
      .describe('The steps that apply, each with the shape of its first.'),
  })
  .meta({ id: 'Plan', description: 'What the steps of a run will be.' });
export type Plan = z.infer<typeof planSchema>;

const perHead = z.array(z.array(z.number())).describe('By batch entry and head.');
export const summarySchema = z
  .object({
    steps: z.int(),
    stats: z
      .object({ entropy: perHead, max_weight: perHead, effective_keys: perHead, mean_distance: perHead })
      .meta({ id: 'RunStatistics', description: 'Means over the rows of each head that see a key.' }),
    timings: z.object({ decode: ms, compute: ms, total: ms }).describe('In ms; compute is thread time.'),
  })
  .meta({ id: 'Summary', description: 'What a run came to.' });
export type Summary = z.infer<typeof summarySchema>;

/** What every step tells beside its numbers. */
const stepShape = {
  run,
  seq: z.int().min(1).describe('1, 2, 3 … of the run, before any filter.'),
  name: stepName,
  batch: z.int().min(0).optional(),
  head: z.int().min(0).optional().describe('The query head; for k and v the key head.'),
  row: z.int().min(0).optional(),
  rows: z.tuple([z.int(), z.int()]).optional().describe('The rows of a tile, end exclusive.'),
  tile: z
    .object({ index: z.int(), keys: z.tuple([z.int(), z.int()]) })
    .optional()
    .describe('The tile, and its keys, end exclusive.'),
  shape,
  formula: z.string(),
  tex: z.string(),
  ms: ms.describe('Thread time that computing it took; steps of a tile are computed together, with the first.'),
};

const stepMessage = z.object({
  type: z.literal('step'),
  id,
  ...stepShape,
  data: stepNumbersSchema.optional(),
  binary: z.literal(true).optional().describe('The numbers are in the next binary frame.'),
});

/** Limits of this server, as `welcome` tells them. */
const limitsSchema = z
  .object({
    message_bytes: z.int().describe('The longest message; beyond: 1009. Only `start` may be longer than 64 KiB.'),
    subscriptions: z.int().describe('Of one connection; beyond: 4429. Those that are done do not count.'),
    runs: z.int().describe('Unfinished or watched runs that one connection started; beyond: 4429.'),
    credits: z.int().describe('That a viewer may have at once.'),
    messages_per_second: z.int().describe('Sustained; beyond: 4429.'),
    message_burst: z.int().describe('At once; beyond: 4429.'),
    hello_ms: z.int().describe('Until hello; later: 4408.'),
    idle_ms: z.int().describe('Without a message or a step; then: 1000.'),
    stall_ms: z.int().describe('Without reading; then: 4499.'),
    run_ttl_ms: z.int().describe('How long a finished run is kept after its last viewer left.'),
  })
  .meta({ id: 'Limits', description: 'What one connection may do.' });
export type Limits = z.infer<typeof limitsSchema>;

const welcome = z.object({
  type: z.literal('welcome'),
  session: z.string(),
  protocol: z.literal(PROTOCOL),
  limits: limitsSchema,
  heartbeat_ms: z.int().describe('How often the server pings.'),
});
const started = z.object({
  type: z.literal('started'),
  id,
  index: z.int().min(0).describe('The subscription in binary frames.'),
  run,
  plan: planSchema,
  expires_at: z.iso.datetime().describe('Until when the run is kept at least, if the server has room.'),
});
const progress = z.object({
  type: z.literal('progress'),
  id,
  done: z.int().min(0).describe('Steps that are behind this viewer, seen or filtered away.'),
  total: z.int().min(1),
});
const done = z.object({ type: z.literal('done'), id, run, seq, summary: summarySchema });
const pong = z.object({ type: z.literal('pong'), t: tag });
const goodbye = z.object({ type: z.literal('goodbye'), reconnect_after_ms: z.int().min(0) });

/** What each message of the server means, for the documentation. */
export const serverMessages = {
  welcome: welcome.describe('The answer to hello.'),
  started: started.describe('A subscription begins.'),
  step: stepMessage.describe('One step. It costs a credit.'),
  progress: progress.describe('Where a viewer stands, when steps were filtered away.'),
  done: done.describe('The viewer has passed the last step.'),
  error: z
    .object({ type: z.literal('error'), id: id.optional(), problem: problemSchema })
    .describe('A message made no sense, or a subscription ended; the connection goes on.'),
  pong: pong.describe('The answer to ping.'),
  goodbye: goodbye.describe('The server restarts: then 1012.'),
} as const;

export const serverMessageSchema = z.discriminatedUnion('type', [
  welcome,
  started,
  stepMessage,
  progress,
  done,
  serverMessages.error,
  pong,
  goodbye,
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type StepMessage = z.infer<typeof stepMessage>;

/** A run over HTTP, in the names of the other routes. */
export const runSchema = z
  .object({
    run,
    state: z.enum(['running', 'finished', 'failed']),
    plan: planSchema,
    viewers: z.int(),
    created_at: z.iso.datetime(),
    expires_at: z.iso
      .datetime()
      .nullable()
      .describe('When it is kept no longer; null while it is computed or watched.'),
    summary: summarySchema.optional(),
    problem: problemSchema.optional(),
  })
  .meta({ id: 'Run', description: 'A computation whose steps can be watched.' });
export type RunDocument = z.infer<typeof runSchema>;
