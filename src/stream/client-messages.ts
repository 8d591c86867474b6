/** What a client of the step stream says, and how a run is started, as schemas; nothing in this file needs Node. */
import { z } from 'zod';
import { STEP_NAMES } from '../attention/steps.ts';
import { asSent } from '../codec/nulls.ts';
import { expecting } from '../codec/option.ts';
import { RUN_KINDS } from '../requests/request.ts';
import { detailSchema, id, run, seq, stepName, tag } from './message-fields.ts';

const MAX_INT32 = 2 ** 31 - 1;

const credits = expecting(
  z.int().min(0).max(MAX_INT32).describe('Steps that may be sent; only `step` messages cost credits.'),
  'an integer of at least 0',
);
const paused = expecting(z.boolean().default(false), 'true or false');
const indices = z.array(z.int().min(0).max(MAX_INT32)).min(1).max(4096);

/** Which steps a viewer wants; all of them where nothing is said. */
export const filterSchema = z.strictObject({
  steps: z.array(stepName).min(1).max(STEP_NAMES.length).optional().describe('By name.'),
  heads: indices.optional().describe('By query head, with the key heads it reads; with `whole` only for texts.'),
  rows: indices.optional().describe('By query row; only with detail `row` and `tile`.'),
});
const onlySchema = asSent(filterSchema).meta({
  id: 'Only',
  description: 'A filter at the source: what it leaves out is not computed for this viewer.',
});
export type Only = z.infer<typeof onlySchema>;
const only = expecting(
  onlySchema.optional(),
  'an object with steps (their names), heads and rows (lists of integers of at least 0)',
);

const tileSide = (max: number, about: string) =>
  expecting(z.int().min(1).max(max).optional().describe(about), `an integer from 1 to ${max}`);

/** How a run is cut into steps. */
const steppingShape = {
  detail: detailSchema,
  tile_rows: tileSide(256, 'Query rows of a tile; by default 16.'),
  tile_keys: tileSide(4096, 'Keys of a tile; by default a quarter of them, at most the 256 of a kernel.'),
};

/** Only a worker reads more of it; the documents say what that is. */
const requestSchema = expecting(
  z.looseObject({ kind: z.enum(RUN_KINDS).describe('The route whose body this is.') }),
  'an object with kind, "attention", "multi-head" or "text", and the fields of its route',
);

/** `POST /runs`, and what `start` says of a run beside its viewer. */
export const runStartSchema = z
  .strictObject({ request: requestSchema, ...steppingShape })
  .describe('Something to compute, and how to cut it into steps.');
/** The same without the request, which only a worker reads. */
export const runEnvelopeSchema = runStartSchema.omit({ request: true });
export type RunEnvelope = z.infer<typeof runEnvelopeSchema>;

const hello = z.strictObject({
  type: z.literal('hello'),
  token: expecting(
    z
      .string()
      .max(4096)
      .optional()
      .describe('A key or token, for servers that ask for one; none with a ticket or an Authorization header.'),
    'a text of at most 4096 characters',
  ),
  encoding: expecting(
    z.enum(['json', 'binary']).default('json').describe('How the numbers of steps are sent.'),
    '"json" or "binary"',
  ),
});
const start = z.strictObject({
  type: z.literal('start'),
  id,
  request: requestSchema,
  ...steppingShape,
  only,
  credits,
  paused,
});
const watch = z.strictObject({
  type: z.literal('watch'),
  id,
  run,
  after: expecting(
    seq.default(0).describe('The last step that was seen.'),
    'the number of a step, an integer of at least 0',
  ),
  only,
  credits,
  paused,
});
const credit = z.strictObject({
  type: z.literal('credit'),
  id,
  n: expecting(z.int().min(1).max(MAX_INT32), 'an integer of at least 1'),
});
const pause = z.strictObject({ type: z.literal('pause'), id });
const resume = z.strictObject({ type: z.literal('resume'), id });
const step = z.strictObject({ type: z.literal('step'), id });
const seek = z.strictObject({
  type: z.literal('seek'),
  id,
  to: expecting(
    z.int().min(1).max(MAX_INT32).describe('The next step to see, forwards or backwards.'),
    'the number of a step, an integer of at least 1',
  ),
});
const speed = z.strictObject({
  type: z.literal('speed'),
  id,
  steps_per_second: expecting(
    z.number().min(0.01).max(10_000).nullable().describe('null: as fast as credits allow.'),
    'a number from 0.01 to 10000, or null',
  ),
});
const cancel = z.strictObject({ type: z.literal('cancel'), run });
const unwatch = z.strictObject({ type: z.literal('unwatch'), id });
const ping = z.strictObject({ type: z.literal('ping'), t: tag });

/** What each message of a client means, for the documentation. */
export const clientMessages = {
  hello: asSent(hello).describe('The first message; answered by welcome.'),
  start: asSent(start).describe('Makes a run and watches it; answered by started.'),
  watch: asSent(watch).describe('Watches a run that exists, from the step after `after` on; answered by started.'),
  credit: asSent(credit).describe('Grants n more steps.'),
  pause: asSent(pause).describe('Stops this viewer, never the run.'),
  resume: asSent(resume).describe('Goes on.'),
  step: asSent(step).describe('Shows one step more to a viewer that is paused.'),
  seek: asSent(seek).describe('Goes on from another step.'),
  speed: asSent(speed).describe('Sets the pace of this viewer.'),
  cancel: asSent(cancel).describe('Ends a run; only for who started it, while connected.'),
  unwatch: asSent(unwatch).describe('Ends this subscription.'),
  ping: asSent(ping).describe('Answered by pong with the same t.'),
} as const;

/** Any message of a client. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  clientMessages.hello,
  clientMessages.start,
  clientMessages.watch,
  clientMessages.credit,
  clientMessages.pause,
  clientMessages.resume,
  clientMessages.step,
  clientMessages.seek,
  clientMessages.speed,
  clientMessages.cancel,
  clientMessages.unwatch,
  clientMessages.ping,
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** `start` without its request, which is cut out and read as the body of its route. */
const startEnvelopeSchema = start.omit({ request: true });
export type StartEnvelope = z.infer<typeof startEnvelopeSchema>;

/** As which a message of each type is read, without its nulls. */
export const readSchemas = {
  hello,
  start: startEnvelopeSchema,
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
} as const;
/** A message as it was read. */
export type ReadMessage = z.infer<(typeof readSchemas)[keyof typeof readSchemas]>;
