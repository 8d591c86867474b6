/** GET /runs/{id}/matrix and /runs/{id}/rows: what pictures of a run's matrices are drawn from. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { tileType } from '../../codec/media-type.ts';
import type { Config } from '../../config/config.ts';
import { rowsOf, tileOf } from '../../stream/run-matrix.ts';
import type { StarterPool } from '../../stream/starter.ts';
import type { Streams } from '../../stream/streams.ts';
import { matrixRoute, rowsRoute } from '../documents/matrix-schemas.ts';
import type { MatrixQuery, RowsQuery } from '../documents/query-schemas.ts';
import { principalOf } from '../transport/credentials.ts';
import { whileThere } from './while-there.ts';

type ById = { Params: { id: string } };
type Matrix = ById & { Querystring: MatrixQuery };
type Rows = ById & { Querystring: RowsQuery };

interface MatrixSetting {
  pool: Pick<StarterPool, 'admit'>;
  config: Pick<Config, 'maxStepBytes'>;
  streams: Streams;
}

const TYPES = {
  safetensors: 'application/vnd.safetensors',
  float32: 'application/octet-stream',
  json: 'application/json; charset=utf-8',
} as const;

/** Only for whom they are: a run belongs to whoever made it. What a run holds never changes. */
const CACHE = 'private, max-age=31536000, immutable';

export function matrixRoutes(app: FastifyInstance, { pool, config, streams }: MatrixSetting): void {
  const runOf = (request: FastifyRequest<ById>) =>
    streams.starter.runs.find(request.params.id, principalOf(request).id);

  app.get<Matrix>('/runs/:id/matrix', { schema: matrixRoute, exposeHeadRoute: false }, async (request, reply) => {
    const run = runOf(request);
    const format = tileType(request.headers.accept);
    const { tile, shape, about, multiplyAdds } = tileOf(run, request.query, config.maxStepBytes);
    const etag = etagOf([...Object.values(about), tile.name, format]);
    const headers = { etag, 'cache-control': CACHE, vary: varyOf(reply) };
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).headers(headers).send();
    pool.admit(0);
    request.caller?.payAhead(multiplyAdds);
    const [first, ...more] = await whileThere(reply, (signal) => run.tile(tile, { format, about, signal }));
    const body =
      more.length > 0 ? Buffer.concat([first, ...more]) : Buffer.from(first.buffer, first.byteOffset, first.byteLength);
    request.caller?.payBytes(body.byteLength);
    return reply.headers({ ...headers, 'content-type': TYPES[format], 'tensor-shape': shape.join(', ') }).send(body);
  });

  app.get<Rows>('/runs/:id/rows', { schema: rowsRoute, exposeHeadRoute: false }, async (request, reply) => {
    const rows = await rowsOf(runOf(request), request.query);
    return reply.header('cache-control', CACHE).send(rows);
  });
}

/** RFC 9110, section 8.8.3; the same however it was asked for. */
const etagOf = (parts: readonly string[]) => `"${parts.join(';')}"`;

/** RFC 9110, section 13.1.2. */
const isKnown = (given = '', etag: string) =>
  given.trim() === '*' || (given.match(/"[^"]*"/g) ?? []).some((one) => one === etag);

const varyOf = (reply: FastifyReply) => [reply.getHeader('vary') ?? [], 'accept'].flat().join(', ');
