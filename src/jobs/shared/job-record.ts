/** A job as it is written in Redis: a hash of texts, by names that stand here once. */
import { z } from 'zod';
import { errorCodes } from '../../errors.ts';
import { JOB_ROUTES, JOB_STATES, type Job, type JobOrder, type JobPayer } from '../job.ts';

const json = z.string().transform((text): unknown => JSON.parse(text));
const number = z.coerce.number();
const optional = z.string().transform((text) => text || undefined);

/** As `SpreadNote`. */
export const spreadNote = z.union([
  z.object({
    parts: z.number().min(2),
    by: z.enum(['heads', 'rows', 'keys']),
    replicas: z.number(),
    bytesMoved: z.number(),
    why: z.string(),
  }),
  z.object({ parts: z.literal(1), why: z.string() }),
]);

const recordSchema = z.object({
  owner: z.string(),
  route: z.enum(JOB_ROUTES),
  state: z.enum(JOB_STATES),
  content_type: z.string(),
  accept: optional.optional(),
  payer: json.pipe(z.object({ id: z.string(), rates: z.record(z.string(), z.number()).optional() })),
  callback: optional.optional(),
  created: number,
  started: number.optional(),
  ended: number.optional(),
  attempts: number,
  /** Those of lower ones come first. */
  turn: number.default(1),
  shards_done: number,
  shards_total: number,
  body_bytes: number,
  body_pieces: number,
  fault: json
    .pipe(
      z.object({
        code: z.enum(errorCodes),
        detail: z.string(),
        pointer: z.string().optional(),
        offset: z.number().optional(),
      }),
    )
    .optional(),
  spread: json.pipe(spreadNote).optional(),
  result_type: z.string().optional(),
  result_bytes: number.optional(),
  result_in: z.enum(['redis', 'file']).optional(),
  result_pieces: number.optional(),
  result_attempt: number.optional(),
});
export type JobRecord = z.output<typeof recordSchema>;

/** What a hash tells; undefined where there is none. */
export function readRecord(hash: Record<string, string>): JobRecord | undefined {
  return hash.state === undefined ? undefined : recordSchema.parse(hash);
}

/** Fields and values of a new job. */
export function newRecord(order: JobOrder, now: number, bodyPieces: number): string[] {
  const { owner, route, contentType, accept = '', payer, callbackUrl = '', body } = order;
  const fields = {
    ...{ owner, route, state: 'queued', content_type: contentType, accept, payer: JSON.stringify(payer) },
    ...{ callback: callbackUrl, created: now, attempts: 0, shards_done: 0, shards_total: 0 },
    ...{ body_bytes: body.byteLength, body_pieces: bodyPieces },
  };
  return Object.entries(fields).flatMap(([name, value]) => [name, String(value)]);
}

/** The job of a record, with what is known beside it. */
export function jobOf(id: string, record: JobRecord, known: Pick<Job, 'expiresAt' | 'place' | 'estimateMs'>): Job {
  const { route, owner, state, created, started, ended, attempts, fault, result_type, result_bytes } = record;
  return {
    ...{ id, route, owner, state, attempts, fault, createdAt: created, startedAt: started, endedAt: ended },
    ...{ shardsDone: record.shards_done, shardsTotal: record.shards_total, callbackUrl: record.callback },
    ...known,
    spread: record.spread,
    ...(result_type !== undefined && { result: { contentType: result_type, bytes: result_bytes ?? 0 } }),
  };
}

/** What a record says is to be computed. */
export function workOf({ route, content_type, accept, payer }: JobRecord, body: Uint8Array) {
  const who: JobPayer = payer;
  return { route, contentType: content_type, accept, payer: who, body };
}
