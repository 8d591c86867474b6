/** The one place where an error becomes a problem document (RFC 9457). */
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, errorCodes, RequestError } from './errors.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export const problemSchema = z
  .object({
    type: z.string().describe('Where the code is explained: a path of this server.'),
    title: z.string().describe('The sentence of the code.'),
    status: z.int().describe('The HTTP status.'),
    detail: z.string().describe('What is wrong in this request, and what was expected.'),
    instance: z.string().describe('The id of the request, as in x-request-id and in the log.'),
    code: z.enum(errorCodes).meta({ id: 'ErrorCode', description: 'Stable, for programs.' }),
    pointer: z.string().optional().describe('The field that is wrong, as a JSON pointer (RFC 6901) such as /key/2/5.'),
    trace_id: z.string().optional().describe('The trace of the traceparent that came with the request, if one did.'),
    offset: z.int().optional().describe('The byte at which the body cannot be read.'),
  })
  .meta({ id: 'Problem', description: 'Why a request was not served (RFC 9457).' });
export type Problem = z.infer<typeof problemSchema>;

/** Longer texts are cut, so that no document reaches 4096 bytes, whatever a client sent. */
const MAX_TEXT = 600;
/** Seconds until trying again can help. */
const RETRY_AFTER: Partial<Record<ErrorCode, number>> = {
  rate_limited: 1,
  saturated: 1,
  not_ready: 1,
  worker_died: 1,
  workers_failing: 5,
  issuer_unavailable: 5,
  draining: 5,
};

/** Statuses of errors that Fastify and its plugins throw, as our codes. */
const CODE_OF_STATUS: Record<number, ErrorCode> = {
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  408: 'request_timeout',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  417: 'expectation_failed',
  431: 'headers_too_large',
};

/** Whom a document is for: the request that it is about, and what the paths of this server begin with for its client. */
export interface Recipient {
  requestId: string;
  prefix: string;
  /** Of the trace that the request belongs to, if any. */
  traceId?: string | undefined;
}

/** The document for an error of any kind; of one that is not the client's fault it tells nothing. */
export function problemOf(error: unknown, { requestId, prefix, traceId }: Recipient): Problem {
  const fault = error instanceof RequestError ? error : new RequestError(...codeOf(error));
  const { code, message, pointer, offset, status } = fault;
  return {
    type: `${prefix}/docs/errors#${code}`,
    title: ERROR_CODES[code][1],
    status,
    detail: cut(message),
    instance: requestId,
    code,
    ...(pointer !== undefined && { pointer: cut(pointer) }),
    ...(traceId !== undefined && { trace_id: traceId }),
    ...(offset !== undefined && { offset }),
  };
}

/** Headers that belong to a problem besides its type; `error` is what it was made of. */
export function problemHeaders({ code }: Problem, error?: unknown): Record<string, string> {
  const known = error instanceof RequestError ? error.retryAfterMs : undefined;
  const seconds = known === undefined ? RETRY_AFTER[code] : Math.max(1, Math.ceil(known / 1000));
  if (seconds !== undefined) return { 'retry-after': String(seconds) };
  // RFC 9110 section 15.5.16: say what would have been fine.
  if (code === 'unsupported_media_type') {
    return {
      accept:
        'application/json, application/vnd.safetensors, application/octet-stream, application/x-npz, application/zip',
      'accept-encoding': 'identity',
    };
  }
  return {};
}

/** Their messages may repeat what was sent, so the sentence of the code takes their place. */
function codeOf(error: unknown): [code: ErrorCode, detail: string] {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
  const code = CODE_OF_STATUS[status] ?? (status >= 400 && status < 500 ? 'bad_request' : 'internal');
  return [code, ERROR_CODES[code][1]];
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
