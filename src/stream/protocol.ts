/**
 * The step stream `spotlight.v1`: every message of both sides, every close code and every limit, as schemas. Server, client
 * and documentation read them here; nothing in this file needs Node.
 */
import { z } from 'zod';
import { DETAILS, STEP_NAMES } from '../attention/steps.ts';
import { stepNumbersSchema } from '../codec/answer-schemas.ts';
import { problemSchema } from '../problem-document.ts';
import { RUN_KINDS } from '../requests/request.ts';

export const PROTOCOL = 'spotlight.v1';

const MAX_INT32 = 2 ** 31 - 1;

const id = z.string().min(1).max(64).describe('The subscription, in a name that the client chose.');
const run = z.string().min(1).max(64).describe('The run.');
const seq = z.int().min(0).describe('The number of a step: 1, 2, 3 … of its run, before any filter.');
const credits = z.int().min(0).max(MAX_INT32).describe('Steps that may be sent; only `step` messages cost credits.');
const detailSchema = z.enum(DETAILS).meta({
  id: 'Detail',
  description: 'What one step holds: a matrix, a head, a query row, or a tile of the online softmax.',
});
const stepName = z.enum(STEP_NAMES).meta({ id: 'StepName' });
const indices = z.array(z.int().min(0).max(MAX_INT32)).min(1).max(4096);

/** Which steps a viewer wants; all of them where nothing is said. */
export const onlySchema = z
  .strictObject({
    steps: z.array(stepName).min(1).max(STEP_NAMES.length).optional().describe('By name.'),
    heads: indices.optional().describe('By query head, with the key heads it reads; with `whole` only for texts.'),
    rows: indices.optional().describe('By query row; only with detail `row` and `tile`.'),
  })
  .meta({ id: 'Only', description: 'A filter at the source: what it leaves out is not computed for this viewer.' });
export type Only = z.infer<typeof onlySchema>;

const tileSide = (max: number) => z.int().min(1).max(max).optional();

/** How a run is cut into steps. */
const steppingShape = {
  detail: detailSchema,
  tile_rows: tileSide(256).describe('Query rows of a tile; by default 16.'),
  tile_keys: tileSide(4096).describe('Keys of a tile; by default a quarter of them, at most the 256 of a kernel.'),
};

/** Only a worker reads more of it; the documents say what that is. */
const requestSchema = z.looseObject({ kind: z.enum(RUN_KINDS).describe('The route whose body this is.') });

/** `POST /runs`, and what `start` says of a run beside its viewer. */
export const runStartSchema = z
  .strictObject({ request: requestSchema, ...steppingShape })
  .describe('Something to compute, and how to cut it into steps.');
/** The same without the request, which only a worker reads. */
export const runEnvelopeSchema = runStartSchema.omit({ request: true });
export type RunEnvelope = z.infer<typeof runEnvelopeSchema>;

const hello = z.strictObject({
  type: z.literal('hello'),
  token: z.string().max(4096).optional().describe('For servers that ask for one.'),
  encoding: z.enum(['json', 'binary']).default('json').describe('How the numbers of steps are sent.'),
});
const start = z.strictObject({
  type: z.literal('start'),
  id,
  request: requestSchema,
  ...steppingShape,
  only: onlySchema.optional(),
  credits,
  paused: z.boolean().default(false),
});
const watch = z.strictObject({
  type: z.literal('watch'),
  id,
  run,
  after: seq.default(0).describe('The last step that was seen.'),
  only: onlySchema.optional(),
  credits,
  paused: z.boolean().default(false),
});
const credit = z.strictObject({ type: z.literal('credit'), id, n: z.int().min(1).max(MAX_INT32) });
const pause = z.strictObject({ type: z.literal('pause'), id });
const resume = z.strictObject({ type: z.literal('resume'), id });
const step = z.strictObject({ type: z.literal('step'), id });
const seek = z.strictObject({
  type: z.literal('seek'),
  id,
  to: z.int().min(1).max(MAX_INT32).describe('The next step to see, forwards or backwards.'),
});
const speed = z.strictObject({
  type: z.literal('speed'),
  id,
  steps_per_second: z.number().min(0.01).max(10_000).nullable().describe('null: as fast as credits allow.'),
});
const cancel = z.strictObject({ type: z.literal('cancel'), run });
const unwatch = z.strictObject({ type: z.literal('unwatch'), id });
const ping = z.strictObject({ type: z.literal('ping'), t: z.union([z.number(), z.string().max(128)]).optional() });

/** What each message of a client means, for the documentation. */
export const clientMessages = {
  hello: hello.describe('The first message; answered by welcome.'),
  start: start.describe('Makes a run and watches it; answered by started.'),
  watch: watch.describe('Watches a run that exists, from the step after `after` on; answered by started.'),
  credit: credit.describe('Grants n more steps.'),
  pause: pause.describe('Stops this viewer, never the run.'),
  resume: resume.describe('Goes on.'),
  step: step.describe('Shows one step more to a viewer that is paused.'),
  seek: seek.describe('Goes on from another step.'),
  speed: speed.describe('Sets the pace of this viewer.'),
  cancel: cancel.describe('Ends a run; only for who started it, while connected.'),
  unwatch: unwatch.describe('Ends this subscription.'),
  ping: ping.describe('Answered by pong with the same t.'),
} as const;

/** Any message of a client. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  hello,
  start,
  watch,
  credit,
  pause,
  resume,
  step,
  seek,
  speed,
  cancel,
  unwatch,
  ping,
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;
/** `start` without its request, which only a worker reads. */
export const startEnvelopeSchema = start.omit({ request: true });
export type StartEnvelope = z.infer<typeof startEnvelopeSchema>;

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
export const limitsSchema = z
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
const pong = z.object({ type: z.literal('pong'), t: ping.shape.t });
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
