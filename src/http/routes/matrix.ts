/** GET /runs/{id}/matrix and /runs/{id}/rows: what pictures of a run's matrices are drawn from. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { tileType } from '../../codec/media-type.ts';
import type { Config } from '../../config/config.ts';
import type { HeldBytes } from '../../pressure/held-bytes.ts';
import { rowsOf, tileOf } from '../../stream/run-matrix.ts';
import type { Streams } from '../../stream/streams.ts';
import { matrixRoute, rowsRoute } from '../documents/matrix-schemas.ts';
import type { MatrixQuery, RowsQuery } from '../documents/query-schemas.ts';
import { deadlineOf } from '../transport/request-deadline.ts';
import { sendHeld } from './held-answer.ts';
import { clientOf } from './jobs.ts';
import { askerOf } from './runs.ts';
import { whileThere } from './while-there.ts';

type ById = { Params: { id: string } };
type Matrix = ById & { Querystring: MatrixQuery };
type Rows = ById & { Querystring: RowsQuery };

interface MatrixSetting {
  config: Pick<Config, 'maxStepBytes' | 'deadlineMs'>;
  held: HeldBytes;
  streams: Streams;
}

const TYPES = {
  safetensors: 'application/vnd.safetensors',
  float32: 'application/octet-stream',
  json: 'application/json; charset=utf-8',
} as const;

/** Only for whom they are: a run belongs to whoever made it. What a run holds never changes. */
const CACHE = 'private, max-age=31536000, immutable';

export function matrixRoutes(app: FastifyInstance, { config, held, streams }: MatrixSetting): void {
  const runOf = (request: FastifyRequest<ById>) => streams.starter.runs.find(request.params.id, askerOf(request));

  app.get<Matrix>('/runs/:id/matrix', { schema: matrixRoute, exposeHeadRoute: false }, async (request, reply) => {
    const run = await runOf(request);
    const format = tileType(request.headers.accept);
    const planned = tileOf(run, request.query, config.maxStepBytes);
    const etag = etagOf([...Object.values(planned.about), planned.tile.name, format]);
    const headers = { etag, 'cache-control': CACHE, vary: varyOf(reply) };
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).headers(headers).send();
    const { caller: payer } = request;
    const deadlineMs = deadlineOf(request.headers, config, reply.elapsedTime);
    const pieces = await whileThere(reply, (signal) =>
      streams.tiles.write(run, planned, { format, signal, deadlineMs, payer }),
    );
    payer?.payBytes(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
    reply.headers({ ...headers, 'content-type': TYPES[format], 'tensor-shape': planned.shape.join(', ') });
    return sendHeld(reply, pieces, held.of(clientOf(request)));
  });

  app.get<Rows>('/runs/:id/rows', { schema: rowsRoute, exposeHeadRoute: false }, async (request, reply) => {
    const run = await runOf(request);
    const { batch = 0, head = 0, rows = ':' } = request.query;
    const headers = { etag: etagOf([run.id, `${batch}`, `${head}`, rows, 'rows']), 'cache-control': CACHE };
    const found = await whileThere(reply, (signal) => rowsOf(run, request.query, signal));
    if (isKnown(request.headers['if-none-match'], headers.etag)) return reply.code(304).headers(headers).send();
    const text = JSON.stringify(found);
    request.caller?.payBytes(text.length);
    return reply.headers({ ...headers, 'content-type': TYPES.json }).send(text);
  });
}

/** RFC 9110, section 8.8.3; the same however it was asked for. */
const etagOf = (parts: readonly string[]) => `"${parts.join(';')}"`;

/** RFC 9110, section 13.1.2. */
const isKnown = (given = '', etag: string) =>
  given.trim() === '*' || (given.match(/"[^"]*"/g) ?? []).some((one) => one === etag);

const varyOf = (reply: FastifyReply) => [reply.getHeader('vary') ?? [], 'accept'].flat().join(', ');
