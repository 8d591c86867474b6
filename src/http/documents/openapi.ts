/** The OpenAPI document, from the schemas of the routes, and its page at /docs. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { completed, type Document } from './openapi-document.ts';
import { product } from './product.ts';

/** To be called before the routes that it describes. */
export function openapi(app: FastifyInstance): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Spotlight',
        version: product.version,
        description: `${product.description} Errors are problem documents (RFC 9457); their codes are explained at /docs/errors.`,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: [
        { name: 'attention', description: 'Exact attention over JSON or safetensors.' },
        { name: 'examples', description: 'The lesson on attention, as requests with answers that are computed now.' },
        { name: 'runs', description: 'Computations whose steps can be watched.' },
        { name: 'tokens', description: 'Text to tokens and back, with places.' },
        { name: 'operations', description: 'Probes and information for operators.' },
      ],
    },
    convertConstToEnum: false,
    transform: jsonSchemaTransform,
    transformObject: (input) => completed(jsonSchemaTransformObject(input) as Document),
  });

  // Everything comes from here, so the page works offline. Its own policy: the default of the plugin would turn all
  // addresses of a server without TLS into https.
  app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP:
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'",
    uiConfig: { validatorUrl: null, docExpansion: 'list', tryItOutEnabled: true, defaultModelsExpandDepth: 0 },
  });

  let text: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(text);
  });
}
