/** All routes of the server, with their documentation. */
import type { FastifyInstance } from 'fastify';
import type { Access } from '../../access/access.ts';
import type { Config } from '../../config/config.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { Callers } from '../../limits/callers.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Sharing } from '../../metrics/sources.ts';
import type { HeldBytes } from '../../pressure/held-bytes.ts';
import type { RedisLink } from '../../redis/redis-link.ts';
import type { TinyLane } from '../../requests/tiny-answers.ts';
import type { StarterPool } from '../../stream/starter.ts';
import type { Streams } from '../../stream/streams.ts';
import { documents } from '../documents/documents.ts';
import { openapi } from '../documents/openapi.ts';
import type { Connections } from '../transport/connections.ts';
import { type Needs, need } from '../transport/credentials.ts';
import type { Origins } from '../transport/origins.ts';
import { attentionRoutes } from './attention.ts';
import { diagnoseRoutes } from './diagnose.ts';
import { exampleRoutes } from './example-routes.ts';
import { inferenceRoutes } from './inference.ts';
import { jobRoutes } from './job-routes.ts';
import type { Attention } from './jobs.ts';
import { matrixRoutes } from './matrix.ts';
import { metricsRoute } from './metrics.ts';
import { type Probed, probeRoutes } from './probes.ts';
import { streamRoute } from './stream.ts';
import { studioRoutes } from './studio.ts';
import { textRoutes } from './text.ts';
import { ticketRoute } from './tickets.ts';
import { type Tokenizing, tokenRoutes } from './tokenize.ts';

export type RoutesPool = Attention & Probed & StarterPool & Tokenizing;

interface RoutesSetting {
  pool: RoutesPool;
  tiny: TinyLane;
  config: Config;
  streams: Streams;
  jobs: Jobs;
  held: HeldBytes;
  origins: Origins;
  connections: Pick<Connections, 'isDraining'>;
  access: Access;
  callers: Callers;
  metrics: Pick<Metrics, 'scrape'>;
  /** What replicas share, if they do. */
  redis: RedisLink | undefined;
  sharing: Sharing | undefined;
}

export function routes(app: FastifyInstance, setting: RoutesSetting): void {
  const { config, access, metrics } = setting;
  /** Adds routes to a part of the app, with what they need unless they say it themselves. */
  const room = (needs: Needs, add: (own: FastifyInstance) => void | Promise<void>) =>
    app.register(async (own) => {
      need(own, needs);
      await add(own);
    });
  // Bodies are checked by the workers, and answers are written by hand: the schemas are for the documentation.
  app.setValidatorCompiler(() => (value: unknown) => ({ value }));
  app.setSerializerCompiler(() => (value: unknown) => JSON.stringify(value));
  // A body that no route asks for is not read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));

  openapi(app, access);
  room('nothing', documents);
  room('nothing', studioRoutes);
  room('nothing', (own) => probeRoutes(own, setting));
  if (config.metricsPort === undefined) room('ops', (own) => metricsRoute(own, metrics));
  room('handshake', (own) => streamRoute(own, setting));
  room('runs', (own) => ticketRoute(own, access));
  room('attention', (own) => attentionRoutes(own, setting));
  room('runs', (own) => matrixRoutes(own, setting));
  room('attention', (own) => diagnoseRoutes(own, setting));
  room('attention', (own) => textRoutes(own, setting));
  room('attention', (own) => exampleRoutes(own, setting));
  room('attention', (own) => tokenRoutes(own, setting));
  room('attention', (own) => inferenceRoutes(own, setting));
  room('runs', (own) => jobRoutes(own, setting));
}
