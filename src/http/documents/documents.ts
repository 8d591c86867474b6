/** The documents and their pages: /openapi.json and .yaml, /asyncapi.json and .yaml, /docs and /docs/errors. */
import helmet from '@fastify/helmet';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { prefixOf } from '../transport/outside.ts';
import { asyncapiDocument } from './asyncapi-document.ts';
import { errorPage } from './error-page.ts';
import { icon, page, stylesIn } from './page.ts';
import { pageHeaders } from './page-headers.ts';
import { product } from './product.ts';
import { keptByPrefix, underPrefix } from './under-prefix.ts';
import { yamlOf } from './yaml.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** RFC 9512. */
const YAML_TYPE = 'application/yaml; charset=utf-8';
const HTML_TYPE = 'text/html; charset=utf-8';

const docsPage = (prefix: string) =>
  page({
    title: 'Spotlight: routes',
    head: `<link rel="stylesheet" href="${prefix}/docs/static/swagger-ui.css">`,
    body: `<div id="swagger-ui"></div>
<script src="${prefix}/docs/static/swagger-ui-bundle.js"></script>
<script src="${prefix}/docs/static/swagger-ui-standalone-preset.js"></script>
<script src="${prefix}/docs/static/swagger-initializer.js"></script>`,
    prefix,
  });

export const openapiYaml = (app: FastifyInstance): string => yamlOf(app.swagger());
export const asyncapiYaml = (prefix = ''): string => yamlOf(asyncapiDocument(product.version, prefix));

/** To be called after `openapi`, in a context of its own: all that it answers has the headers of a page. */
export async function documents(app: FastifyInstance): Promise<void> {
  const styles = [docsPage(''), errorPage('')].flatMap(stylesIn);
  await app.register(helmet, pageHeaders({ styles: [...new Set(styles)] }));
  const openapiUnder = keptByPrefix((prefix) => underPrefix(app.swagger(), prefix));
  serve(app, '/openapi.json', JSON_TYPE, (prefix) => JSON.stringify(openapiUnder(prefix)));
  serve(app, '/openapi.yaml', YAML_TYPE, (prefix) => yamlOf(openapiUnder(prefix)));
  serve(app, '/asyncapi.json', JSON_TYPE, (prefix) => JSON.stringify(asyncapiDocument(product.version, prefix)));
  serve(app, '/asyncapi.yaml', YAML_TYPE, asyncapiYaml);
  serve(app, '/docs/errors', HTML_TYPE, errorPage);
  serve(app, '/docs/icon.svg', 'image/svg+xml', () => icon);

  // Our own page around the plugin's: with its name, for phones, and with ways to the other documents.
  app.register(swaggerUi, {
    routePrefix: '/docs',
    uiHooks: {
      preHandler: async (request, reply) => {
        if (/^\/docs\/?$/.test(request.routeOptions.url ?? ''))
          return reply.type(HTML_TYPE).send(docsPage(prefixOf(request.raw)));
      },
    },
    transformSpecification: (_document, request) => openapiUnder(prefixOf(request.raw)),
    transformSpecificationClone: false,
    uiConfig: {
      layout: 'BaseLayout',
      validatorUrl: null,
      docExpansion: 'list',
      tryItOutEnabled: true,
      defaultModelsExpandDepth: 0,
    },
  });
}

/** Answers `path` with a text that is made when it is first asked for under a prefix. */
function serve(app: FastifyInstance, path: string, type: string, make: (prefix: string) => string): void {
  const textUnder = keptByPrefix(make);
  app.get(path, { schema: { hide: true } }, async (request, reply) => {
    return reply.type(type).send(textUnder(prefixOf(request.raw)));
  });
}
