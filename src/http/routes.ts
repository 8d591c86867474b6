/** All routes of the server, with their documentation. */
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { type Attention, attentionRoutes } from './attention.ts';
import { errorPage } from './error-page.ts';
import { openapi } from './openapi.ts';
import { type Probed, probeRoutes } from './probes.ts';

export type RoutesPool = Attention & Probed;

export function routes(app: FastifyInstance, { pool, config }: { pool: RoutesPool; config: Config }): void {
  // Bodies are checked by the workers, and answers are written by hand: the schemas are for the documentation.
  app.setValidatorCompiler(() => (value: unknown) => ({ value }));
  app.setSerializerCompiler(() => (value: unknown) => JSON.stringify(value));
  // A body that no route asks for is not read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));

  openapi(app);
  app.register(async (own) => {
    probeRoutes(own, { pool, config });
    errorPage(own);
  });
  app.register(async (own) => attentionRoutes(own, { pool, config }));
}
