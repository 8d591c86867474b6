/** The OpenAPI document, from the schemas of the routes. */
import swagger from '@fastify/swagger';
import type { FastifyContextConfig, FastifyInstance, FastifySchema } from 'fastify';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import { Components, type JsonSchema, WrittenSchema } from './json-schema.ts';
import { completed, type Document, securitySchemes } from './openapi-document.ts';
import { product } from './product.ts';

/** To be called before the routes that it describes. */
export function openapi(app: FastifyInstance, access: Pick<Access, 'isOn'>): void {
  const components = new Components('openapi');
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Spotlight',
        version: product.version,
        description: `${product.description} Errors are problem documents (RFC 9457); their codes are explained at [/docs/errors](/docs/errors). The step stream over WebSocket has a document of its own, in AsyncAPI: [/asyncapi.yaml](/asyncapi.yaml).`,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [
        { url: '/', description: 'The server that gives this document.' },
        { url: 'http://127.0.0.1:8080', description: 'A server on this machine, as `npm start` starts it.' },
      ],
      // Of routes that do not say otherwise.
      security: [],
      components: { securitySchemes },
      tags: [
        { name: 'attention', description: 'Exact attention over JSON, safetensors or archives of NumPy.' },
        { name: 'examples', description: 'The lesson on attention, as requests with answers that are computed now.' },
        { name: 'runs', description: 'Computations whose steps can be watched.' },
        { name: 'jobs', description: 'Requests that outlive the connection that brought them.' },
        { name: 'tokens', description: 'Text to tokens and back, with places.' },
        { name: 'inference', description: 'The same as models of the Open Inference Protocol v2.' },
        { name: 'operations', description: 'Probes and information for operators.' },
      ],
    },
    convertConstToEnum: false,
    transform: ({ schema, url, route }) => ({
      schema: { ...inJsonSchema(schema, components), ...securityOf(route.config, access) },
      url,
    }),
    transformObject: (input) =>
      completed({ ...('openapiObject' in input ? input.openapiObject : {}) } as Document, components),
  });
}

/** Which credentials a route takes; where keys are off, none are as good. */
function securityOf(
  { needs, alsoNeeds = [], takesTicket }: FastifyContextConfig = {},
  { isOn }: Pick<Access, 'isOn'>,
): { security?: Record<string, string[]>[] } {
  if (needs === undefined || needs === 'nothing' || needs === 'handshake') return {};
  // Of schemes other than OAuth the list names roles (OpenAPI 3.1, Security Requirement Object).
  return {
    security: [...(isOn ? [] : [{}]), { bearer: [needs, ...alsoNeeds] }, ...(takesTicket ? [{ ticket: [needs] }] : [])],
  };
}

/** What a route says in zod, as JSON Schema, at any depth. */
function inJsonSchema(schema: FastifySchema, components: Components): FastifySchema {
  if (schema?.hide === true) return { hide: true };
  const converted = (value: unknown): unknown => {
    if (value instanceof z.ZodType || value instanceof WrittenSchema) return components.schemaOf(value);
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, converted(inner)]));
  };
  return converted(schema) as JsonSchema;
}
