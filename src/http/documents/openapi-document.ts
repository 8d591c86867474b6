/** What the schemas of the routes cannot say of the OpenAPI document: examples, binary bodies, headers. */
import { PROBLEM_TYPE } from '../../problem-document.ts';
import type { Example } from './examples/example.ts';
import { examples } from './examples/examples.ts';

interface Media {
  schema?: object;
  examples?: Record<string, { summary: string; value: unknown }>;
}
interface Answer {
  description: string;
  headers?: Record<string, object>;
  content?: Record<string, Media>;
}
interface Operation {
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, Answer>;
}
export interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const text = { type: 'string' };
const requestId = { description: 'The id of the request: yours, if you sent one, else a new one.', schema: text };
const retryAfter = { description: 'Seconds until trying again can help.', schema: { type: 'integer' } };
const serverTiming = { description: 'Where the time went, in ms: decode, queue, compute and encode.', schema: text };

const binaryRequest =
  'A safetensors file with the tensors of the request by name; options as texts in `__metadata__`, each as it stands in JSON. dtypes: F64, F32, F16, BF16, BOOL.';
const binaryAnswer =
  'A safetensors file with the tensors of the answer by name, nested ones with dots (`stats.entropy`), and `meta` as texts in `__metadata__`.';
const binary = (description: string): Media => ({
  schema: { contentMediaType: 'application/vnd.safetensors', description },
});

/** Routes that take and give safetensors beside JSON. */
const TENSOR_ROUTES = new Set(['/attention', '/attention/multi-head']);

/** The document with what the schemas do not say, and without schemas that nothing refers to. */
export function completed(document: Document): Document {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (operation.requestBody !== undefined) completeBodies(path, operation, operation.requestBody);
      const isComputed = operation.responses['504'] !== undefined;
      for (const [status, answer] of Object.entries(operation.responses)) {
        answer.headers = {
          'x-request-id': requestId,
          ...(status === '200' && isComputed && { 'server-timing': serverTiming }),
          ...(status === '503' && { 'retry-after': retryAfter }),
          ...answer.headers,
        };
      }
      for (const example of examples[path]?.[method] ?? []) addExample(operation, example);
    }
  }
  dropUnused(document);
  // Parts that stand in several places become copies: YAML would write anchors, which many readers of OpenAPI do not take.
  return JSON.parse(JSON.stringify(document));
}

function completeBodies(
  path: string,
  { responses }: Operation,
  requestBody: { required?: boolean; content: Record<string, Media> },
): void {
  requestBody.required = true;
  const ok = responses['200'];
  // A run is answered with 201.
  if (ok === undefined) return;
  if (!TENSOR_ROUTES.has(path)) return;
  requestBody.content['application/vnd.safetensors'] = binary(binaryRequest);
  requestBody.content['application/octet-stream'] = binary('The same.');
  ok.content = { ...ok.content, 'application/vnd.safetensors': binary(binaryAnswer) };
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

/** The generator writes every schema as input and as output. */
function dropUnused(document: Document): void {
  const { schemas } = document.components;
  const used = new Set<string>();
  const follow = (value: object) => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(schemas[name]);
    }
  };
  follow(document.paths);
  // In the order of their names: the generator's order is that in which modules were loaded.
  document.components.schemas = Object.fromEntries([...used].sort().map((name) => [name, schemas[name]]));
}
