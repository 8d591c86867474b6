/** The ways in: `/`, which is a page for whoever prefers HTML and an index for programs, and the files of that page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { prefersHtml } from '../../codec/media-type.ts';
import { pageHeaders } from '../documents/page-headers.ts';
import { type Index, indexRoute } from '../documents/probe-schemas.ts';
import { product } from '../documents/product.ts';
import { isWithoutSlash, prefixOf } from '../transport/outside.ts';

/** What vite built; the same place from src/ and from dist/. */
const BUILT = fileURLToPath(new URL('../../../studio/dist/', import.meta.url));

/** Where to go from here, for a client that finds this server under a prefix. */
const indexUnder = (prefix: string): Index => ({
  name: product.name,
  about: product.description,
  docs: `${prefix}/docs`,
  examples: `${prefix}/examples`,
  errors: `${prefix}/docs/errors`,
  openapi: `${prefix}/openapi.json`,
  openapi_yaml: `${prefix}/openapi.yaml`,
  asyncapi: `${prefix}/asyncapi.json`,
  asyncapi_yaml: `${prefix}/asyncapi.yaml`,
  info: `${prefix}/info`,
});

/** @param folder what was built; tests say where nothing was */
export async function studioRoutes(app: FastifyInstance, folder = BUILT): Promise<void> {
  // Files and page are there in several encodings, of which the plugin chooses without telling caches.
  app.addHook('onRequest', (_request, reply, done) => {
    vary(reply, 'accept-encoding');
    done();
  });
  const isBuilt = existsSync(join(folder, 'index.html'));
  if (!isBuilt) app.log.info('the studio was not built (npm run build -w spotlight-studio): / has no page');
  else await app.register(staticFiles, { ...FILES, root: join(folder, 'assets'), prefix: '/assets/' });

  // Pictures are drawn into blobs to be saved. Programs that ask for the index get no headers of a page.
  await app.register(helmet, { ...pageHeaders({ images: ['blob:'] }), global: false });
  app.get('/', { schema: indexRoute }, async (request, reply) => {
    vary(reply, 'accept');
    if (!isBuilt || !prefersHtml(request.headers.accept)) return indexUnder(prefixOf(request.raw));
    // What the page loads is named beside its own address, which ends with a slash.
    if (isWithoutSlash(request.raw)) return reply.redirect('/', 308);
    reply.helmet();
    // A page that is kept would name files of an older build.
    return reply.header('cache-control', 'no-cache').sendFile('index.html', folder, { cacheControl: false });
  });
}

/** Their names change with what is in them. */
const FILES = {
  preCompressed: true,
  index: false,
  immutable: true,
  maxAge: '365d',
} as const;

/** Names one more header that the answer depends on. */
function vary(reply: FastifyReply, name: string): void {
  reply.header('vary', [reply.getHeader('vary') ?? [], name].flat().join(', '));
}
