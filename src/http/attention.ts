/** POST /attention and POST /attention/multi-head: bytes in, bytes out. The numbers are read and written by the workers. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerType, requestType } from '../codec/media-type.ts';
import type { Config } from '../config.ts';
import { RequestError } from '../errors.ts';
import type { JobAnswer, JobRequest, Timings } from '../workers/job.ts';
import type { AttentionPool } from '../workers/pool.ts';
import { announcedLength, checkAnnounced, gatherBody } from './body.ts';
import { sendContinue } from './expectation.ts';
import { HeldBytes } from './held-bytes.ts';
import { attentionRoute, multiHeadRoute } from './schemas.ts';

/** What the routes need of the pool. */
export type Attention = Pick<AttentionPool, 'isReady' | 'admit' | 'answerTiny' | 'run' | 'bodyMemory' | 'release'>;

/** A request without a body has `null`. */
type Post = { Body: Uint8Array | null };

export function attentionRoutes(app: FastifyInstance, { pool, config }: { pool: Attention; config: Config }): void {
  const held = new HeldBytes(config.maxQueueBytes);

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
    requestType(headers['content-type']);
    answerType(headers['content-type'], headers.accept);
    checkAnnounced(raw, config);
    admit(pool, announcedLength(raw) ?? 0);
    sendContinue(raw);
    return await gatherBody(raw, config, pool, held);
  });

  /** Runs a job for as long as its client is there. */
  async function attend(job: JobRequest, reply: FastifyReply): Promise<JobAnswer> {
    const client = new AbortController();
    const onClose = () => client.abort();
    reply.raw.once('close', onClose);
    try {
      return await pool.run(job, client.signal);
    } finally {
      reply.raw.off('close', onClose);
      pool.release(job.body);
    }
  }

  /** Pieces go out one after another, as the client takes them; a client that takes nothing loses its connection. */
  function send(
    { contentType, pieces, timings }: JobAnswer,
    request: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply {
    request.timings = timings;
    const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    const buffers = pieces.map((piece) => Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    reply.type(contentType).headers({ 'content-length': bytes, 'server-timing': serverTiming(timings) });
    held.add(bytes);
    reply.raw.once('close', () => held.give(bytes)).setTimeout(config.answerTimeoutMs);
    return reply.send(
      buffers.length === 1 ? buffers[0] : Readable.from(buffers, { objectMode: true, highWaterMark: 1 }),
    );
  }

  const answering = (kind: JobRequest['kind']) => async (request: FastifyRequest<Post>, reply: FastifyReply) => {
    const { headers } = request;
    const body = request.body ?? new Uint8Array(0);
    admit(pool, body.byteLength);
    const job = { kind, body, contentType: headers['content-type'] ?? '', accept: headers.accept };
    return send(pool.answerTiny(job) ?? (await attend(job, reply)), request, reply);
  };

  app.post<Post>('/attention', { schema: attentionRoute }, answering('attention'));
  app.post<Post>('/attention/multi-head', { schema: multiHeadRoute }, answering('multi-head'));
}

/** @throws RequestError `not_ready`, `saturated` */
function admit(pool: Attention, bytes: number): void {
  if (!pool.isReady) throw new RequestError('not_ready', 'the kernels are still being tested; try again in a moment');
  pool.admit(bytes);
}

/** https://www.w3.org/TR/server-timing/ in milliseconds, to the microsecond. */
function serverTiming({ decode, queue, compute, encode }: Timings): string {
  return `decode;dur=${toMicroseconds(decode)}, queue;dur=${toMicroseconds(queue)}, compute;dur=${toMicroseconds(compute)}, encode;dur=${toMicroseconds(encode)}`;
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
