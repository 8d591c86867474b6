/** Routes whose answers the pool computes: bytes in, bytes out. The numbers are read and written by the workers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { tensorBodyType } from '../../codec/media-type.ts';
import type { Config } from '../../config/config.ts';
import { RequestError } from '../../errors.ts';
import type { AttentionPool } from '../../pool/pool.ts';
import type { LentMemory } from '../../pool/pool-memory.ts';
import type { HeldBytes } from '../../pressure/held-bytes.ts';
import type { JobAnswer, JobRequest, RunKind } from '../../requests/request.ts';
import type { TinyLane } from '../../requests/tiny-answers.ts';
import type { Streams } from '../../stream/streams.ts';
import type { StreamQuery } from '../documents/query-schemas.ts';
import { announcedLength, checkAnnounced, gatherBody } from '../transport/body.ts';
import { clientKey } from '../transport/client-key.ts';
import { requireOf } from '../transport/credentials.ts';
import { sendContinue } from '../transport/expectation.ts';
import { deadlineOf } from '../transport/request-deadline.ts';
import { serverTiming } from '../transport/server-timing.ts';
import { sendHeld } from './held-answer.ts';
import { askerOf, sendStarted } from './runs.ts';
import { streamingOf } from './stepping.ts';
import { untilTaken } from './until-taken.ts';
import { whileThere } from './while-there.ts';

/** What the routes need of the pool. */
export type Attention = Pick<AttentionPool, 'isReady' | 'admit' | 'announce' | 'run'> & { memory: LentMemory };

/** A request without a body has `null`. */
export type Post = { Body: Uint8Array | null };
/** Of a route that can start a run in place of its answer. */
export type Stepped = Post & { Querystring: StreamQuery };

/** What all routes that compute share. */
export interface JobSetting {
  pool: Attention;
  tiny: TinyLane;
  config: Config;
  held: HeldBytes;
  streams: Streams;
}

/** What taking bodies needs of it. */
type BodySetting = Pick<JobSetting, 'config' | 'held'> & { pool: Pick<Attention, 'isReady' | 'announce' | 'memory'> };

/** Says how many bytes of a body are JSON, in the Open Inference Protocol. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

/** The headers that tell how a body is to be read and its answer written. */
export type FormatHeaders = Pick<FastifyRequest['headers'], 'content-type' | 'accept'> & {
  [JSON_LENGTH_HEADER]?: string | string[] | undefined;
};

/**
 * Gives the answerer of jobs: it runs a job for as long as its client is there, gives its body back, and sends what comes of
 * it.
 */
export function jobAnswerer({ pool, tiny, config, held }: Omit<JobSetting, 'streams'>) {
  /** @throws RequestError any fault in the request, `not_ready`, `saturated` … */
  async function answerTo(job: JobRequest, request: FastifyRequest, reply: FastifyReply): Promise<JobAnswer> {
    try {
      const deadlineMs = deadlineOf(request.headers, config, reply.elapsedTime);
      checkReady(pool);
      pool.admit(job.body.byteLength, deadlineMs);
      const terms = { deadlineMs, client: clientOf(request), payer: request.caller };
      return (
        tiny.answer(job, 'copied', request.caller) ??
        (await whileThere(reply, (signal) => pool.run(job, signal, terms)))
      );
    } finally {
      pool.memory.release(job.body);
    }
  }

  function send(
    { contentType, jsonBytes, pieces, memory, timings }: JobAnswer,
    request: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply {
    request.timings = timings;
    const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    reply.type(contentType).header('server-timing', serverTiming(timings));
    if (jsonBytes !== undefined) reply.header(JSON_LENGTH_HEADER, jsonBytes);
    request.caller?.payBytes(bytes);
    return sendHeld(reply, pieces, held.of(clientOf(request)), () => pool.memory.giveBack(memory));
  }

  return async (job: JobRequest, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    send(await answerTo(job, request, reply), request, reply);
}

/** Lets `app` take bodies. `checkFormats` throws for headers that the routes of `app` cannot serve. */
export function takeBodies(
  app: FastifyInstance,
  { pool, config, held }: BodySetting,
  checkFormats: (headers: FormatHeaders) => void,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest) => {
    // All that the header can tell is said before a byte of the body is read.
    const { headers, raw } = request;
    if (!/^(identity)?$/i.test(headers['content-encoding']?.trim() ?? '')) {
      throw new RequestError(
        'unsupported_media_type',
        'Content-Encoding must be identity: compressed bodies are not read',
      );
    }
    checkFormats(headers);
    checkAnnounced(raw, config);
    checkReady(pool);
    const arrived = pool.announce(announcedLength(raw) ?? 0, deadlineOf(headers, config));
    try {
      sendContinue(raw);
      return await gatherBody(raw, config, pool.memory, held.of(clientOf(request)));
    } finally {
      arrived();
    }
  });
}

/** What a request with a body asks of the pool. */
export function jobOf<Kind>(kind: Kind, { headers, body }: FastifyRequest<Post>) {
  const contentType = headers['content-type'] ?? '';
  return { kind, body: body ?? new Uint8Array(0), contentType, accept: headers.accept };
}

/** The same of tensors, which may tell their format by their first bytes. */
export function tensorJobOf<Kind>(kind: Kind, request: FastifyRequest<Post>) {
  const job = jobOf(kind, request);
  return { ...job, contentType: tensorBodyType(job.contentType, job.body) };
}

/**
 * Lets `app` take bodies, and gives the handler for jobs of a kind. `checkFormats` throws for headers that the routes of
 * `app` cannot serve.
 */
export function jobHandlers(
  app: FastifyInstance,
  setting: JobSetting,
  checkFormats: (headers: FormatHeaders) => void,
): (kind: RunKind) => (request: FastifyRequest<Stepped>, reply: FastifyReply) => Promise<FastifyReply> {
  const { pool, streams } = setting;
  takeBodies(app, setting, checkFormats);
  const answer = jobAnswerer(setting);
  return (kind) => async (request, reply) => {
    const job = kind === 'text' ? jobOf(kind, request) : tensorJobOf(kind, request);
    const stepping = untilTaken(pool.memory, job.body, () => {
      const asked = streamingOf(request.query);
      if (asked !== undefined) requireOf(request, reply, 'runs');
      return asked;
    });
    if (stepping === undefined) return answer(job, request, reply);
    const lent = { request: { ...job, accept: undefined }, release: () => pool.memory.release(job.body) };
    const run = await streams.starter.runs.start(lent, stepping, askerOf(request));
    return sendStarted(run, request, reply, streams.starter);
  };
}

export const clientOf = ({ raw, principal }: FastifyRequest): string => clientKey(raw, principal);

/** @throws RequestError `not_ready` */
function checkReady(pool: Pick<Attention, 'isReady'>): void {
  if (!pool.isReady) throw new RequestError('not_ready', 'the kernels are still being tested; try again in a moment');
}
