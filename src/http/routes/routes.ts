/** All routes of the server, with their documentation. */
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/config.ts';
import type { TinyLane } from '../../requests/tiny-answers.ts';
import type { StarterPool } from '../../stream/starter.ts';
import type { Streams } from '../../stream/streams.ts';
import { documents } from '../documents/documents.ts';
import { openapi } from '../documents/openapi.ts';
import type { Connections } from '../transport/connections.ts';
import type { HeldBytes } from '../transport/held-bytes.ts';
import type { Origins } from '../transport/origins.ts';
import { attentionRoutes } from './attention.ts';
import { exampleRoutes } from './example-routes.ts';
import { inferenceRoutes } from './inference.ts';
import type { Attention } from './jobs.ts';
import { type Probed, probeRoutes } from './probes.ts';
import { streamRoute } from './stream.ts';
import { studioRoutes } from './studio.ts';
import { textRoutes } from './text.ts';
import { type Tokenizing, tokenRoutes } from './tokenize.ts';

export type RoutesPool = Attention & Probed & StarterPool & Tokenizing;

export interface RoutesSetting {
  pool: RoutesPool;
  tiny: TinyLane;
  config: Config;
  streams: Streams;
  held: HeldBytes;
  origins: Origins;
  connections: Pick<Connections, 'isDraining'>;
}

export function routes(app: FastifyInstance, setting: RoutesSetting): void {
  const { pool } = setting;
  // Bodies are checked by the workers, and answers are written by hand: the schemas are for the documentation.
  app.setValidatorCompiler(() => (value: unknown) => ({ value }));
  app.setSerializerCompiler(() => (value: unknown) => JSON.stringify(value));
  // A body that no route asks for is not read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));

  openapi(app);
  app.register(async (own) => documents(own));
  app.register(async (own) => studioRoutes(own));
  app.register(async (own) => probeRoutes(own, setting));
  app.register(async (own) => streamRoute(own, setting));
  app.register(async (own) => attentionRoutes(own, setting));
  app.register(async (own) => textRoutes(own, setting));
  app.register(async (own) => exampleRoutes(own, setting));
  app.register(async (own) => tokenRoutes(own, { ...setting, pool }));
  app.register(async (own) => inferenceRoutes(own, setting));
}
