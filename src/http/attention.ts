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
export type Attention = Pick<AttentionPool, 'isReady' | 'admit' | 'run' | 'bodyMemory' | 'release'>;

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
  async function attend(
    kind: JobRequest['kind'],
    request: FastifyRequest<Post>,
    reply: FastifyReply,
  ): Promise<JobAnswer> {
    const { headers } = request;
    const body = request.body ?? new Uint8Array(0);
    const client = new AbortController();
    const onClose = () => client.abort();
    reply.raw.once('close', onClose);
    try {
      admit(pool, body.byteLength);
      return await pool.run(
        { kind, body, contentType: headers['content-type'] ?? '', accept: headers.accept },
        client.signal,
      );
    } finally {
      reply.raw.off('close', onClose);
      pool.release(body);
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
    held.add(bytes);
    reply.raw.once('close', () => held.give(bytes)).setTimeout(config.answerTimeoutMs);
    const buffers = pieces.map((piece) => Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    return reply
      .type(contentType)
      .headers({ 'content-length': bytes, 'server-timing': serverTiming(timings) })
      .send(buffers.length === 1 ? buffers[0] : Readable.from(buffers, { objectMode: true, highWaterMark: 1 }));
  }

  app.post<Post>('/attention', { schema: attentionRoute }, async (request, reply) =>
    send(await attend('attention', request, reply), request, reply),
  );
  app.post<Post>('/attention/multi-head', { schema: multiHeadRoute }, async (request, reply) =>
    send(await attend('multi-head', request, reply), request, reply),
  );
}

/** @throws RequestError `not_ready`, `saturated` */
function admit(pool: Attention, bytes: number): void {
  if (!pool.isReady) throw new RequestError('not_ready', 'the kernels are still being tested; try again in a moment');
  pool.admit(bytes);
}

/** https://www.w3.org/TR/server-timing/ */
function serverTiming(timings: Timings): string {
  return (['decode', 'queue', 'compute', 'encode'] as const)
    .map((step) => `${step};dur=${Number(timings[step].toFixed(3))}`)
    .join(', ');
}
