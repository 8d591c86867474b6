/** What the schemas of the routes cannot say of the OpenAPI document: examples, headers, which field tells variants apart. */
import { PROBLEM_TYPE } from '../../problem-document.ts';
import { nameOf } from './declarations.ts';
import type { Example } from './examples/example.ts';
import { examples } from './examples/examples.ts';
import type { Components, JsonSchema } from './json-schema.ts';

interface Media {
  schema?: object;
  examples?: Record<string, { summary: string; value: unknown }>;
}
interface Answer {
  description: string;
  headers?: Record<string, object>;
  content?: Record<string, Media>;
}
interface Parameter {
  in: string;
  schema?: { type?: unknown };
  style?: string;
  explode?: boolean;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, Answer>;
}
export interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: {
    headers?: Record<string, object>;
    schemas: Record<string, JsonSchema>;
    securitySchemes?: Record<string, object>;
  };
}

const text = { type: 'string' };
const headers = {
  RequestId: {
    description: 'The id of the request: yours, if you sent one, else a new one.',
    required: true,
    schema: text,
  },
  RetryAfter: {
    description: 'Seconds until trying again can help.',
    required: true,
    schema: { type: 'integer', minimum: 1 },
  },
  RateLimitPolicy: {
    description:
      'Where callers are limited: what this one may do (draft-ietf-httpapi-ratelimit-headers-10), such as "requests";q=100;w=10. Work is counted in millions of multiply-adds.',
    schema: text,
  },
  RateLimit: {
    description: 'What is left of it, and in how many seconds more is there, such as "requests";r=99;t=1.',
    schema: text,
  },
  ServerTiming: {
    description: 'Where the time went, in ms: decode, queue, compute and encode.',
    schema: text,
  },
  Challenge: {
    description: 'What would have done (RFC 6750): the scheme, and what was wrong.',
    required: true,
    schema: text,
  },
  Tag: {
    description: 'What never changes: a run is what it is (RFC 9110, section 8.8.3).',
    required: true,
    schema: text,
  },
  TensorShape: {
    description: 'Rows and columns of the numbers, with a comma between (a list of RFC 9651).',
    required: true,
    schema: text,
  },
  JobLocation: { description: 'The path of the job: /jobs/{id}.', required: true, schema: text },
  RunLocation: { description: 'The path of the run: /runs/{id}.', required: true, schema: text },
};
/** How requests say who asks, where keys are on. */
export const securitySchemes = {
  bearer: {
    type: 'http' as const,
    scheme: 'bearer',
    description:
      'A key, or a JSON Web Token, of whoever runs the server. Scopes: `attention` computes, `runs` starts and watches runs, `ops` sees what operators see. Where keys are off (`access` of GET /info is `open`) nothing is needed.',
  },
  ticket: {
    type: 'apiKey' as const,
    in: 'query' as const,
    name: 'ticket',
    description: 'A ticket of POST /tickets, used once and at once, for pages that can set no headers.',
  },
};
/** What caches may keep. */
const [MATRIX, ROWS] = ['/runs/{id}/matrix', '/runs/{id}/rows'];

const header = (name: keyof typeof headers) => ({ $ref: `#/components/headers/${name}` });

/** The document with what the schemas of its routes do not say, and the schemas that they name. */
export function completed(document: Document, { schemas }: Components): Document {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const { parameters = [], requestBody, responses } = operation;
      if (requestBody !== undefined) requestBody.required = true;
      for (const parameter of parameters) if (parameter.in === 'query') separateByCommas(parameter);
      const isKept = path === MATRIX || path === ROWS;
      const isComputed = responses['504'] !== undefined && !isKept && path !== '/jobs/{id}/result';
      const isLimited = responses['429'] !== undefined;
      for (const [status, answer] of Object.entries(responses)) {
        answer.headers = {
          'x-request-id': header('RequestId'),
          ...(status === '200' && isComputed && { 'server-timing': header('ServerTiming') }),
          ...(status === '200' && isKept && { etag: header('Tag') }),
          ...(status === '200' && path === MATRIX && { 'tensor-shape': header('TensorShape') }),
          ...(status === '201' && { location: header('RunLocation') }),
          ...(status === '202' && { location: header('JobLocation') }),
          ...(status === '401' && { 'www-authenticate': header('Challenge') }),
          ...(isLimited && { 'ratelimit-policy': header('RateLimitPolicy'), ratelimit: header('RateLimit') }),
          ...((status === '503' || status === '429') && { 'retry-after': header('RetryAfter') }),
        };
      }
      for (const example of examples[path]?.[method] ?? []) addExample(operation, example);
    }
  }
  const byName = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  document.components = {
    headers,
    schemas: Object.fromEntries(byName.map(([name, schema]) => [name, withMapping(schema, schemas)])),
    securitySchemes,
  };
  // Parts that stand in several places become copies: YAML would write anchors, which many readers of OpenAPI do not take.
  return JSON.parse(JSON.stringify(document));
}

/** Lists in a query have commas between. */
function separateByCommas(parameter: Parameter): void {
  if (parameter.schema?.type !== 'array') return;
  parameter.style = 'form';
  parameter.explode = false;
}

/** Of a union whose variants one field tells apart: which value of it stands for which. */
function withMapping(schema: JsonSchema, schemas: Record<string, JsonSchema>): JsonSchema {
  const { discriminator: propertyName, oneOf } = schema;
  if (typeof propertyName !== 'string' || !Array.isArray(oneOf)) return schema;
  const mapping = oneOf.map(({ $ref }: { $ref: string }) => {
    const { properties } = schemas[nameOf($ref)];
    const { enum: values } = Object(properties)[propertyName];
    return [String(values[0]), $ref];
  });
  return { ...schema, discriminator: { propertyName, mapping: Object.fromEntries(mapping) } };
}

function addExample({ requestBody, responses }: Operation, example: Example): void {
  const { name, summary, request, status, accept, answer } = example;
  const add = (media: Media | undefined, value: unknown) => {
    if (media === undefined) throw new Error(`the example ${name} has no place in the document`);
    media.examples = { ...media.examples, [name]: { summary, value } };
  };
  if (request !== undefined) add(requestBody?.content['application/json'], request);
  add(responses[status]?.content?.[status < 400 ? (accept ?? 'application/json') : PROBLEM_TYPE], answer);
}
