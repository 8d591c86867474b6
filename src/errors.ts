/**
 * What can be wrong with a request, in one table: each stable code with its HTTP status and one sentence.
 * The documentation of the errors is written from this table.
 */
export const ERROR_CODES = {
  invalid_json: [400, 'The body is not JSON.'],
  invalid_safetensors: [400, 'The body is not a safetensors file.'],
  invalid_npz: [400, 'The body is not an .npz archive of NumPy.'],
  invalid_inference: [400, 'The body is not a request of the Open Inference Protocol.'],
  invalid_encoding: [400, 'The text of the body is not valid UTF-8.'],
  incomplete_body: [400, 'The body ended before its announced length.'],
  bad_request: [400, 'The request is not valid HTTP.'],
  unknown_protocol: [400, 'The WebSocket offers no subprotocol that is spoken here.'],
  invalid_message: [400, 'A message of the stream is not one of those that it takes.'],
  missing_credentials: [401, 'This path needs a key or token, in the header Authorization: Bearer ….'],
  invalid_token: [401, 'The key, token or ticket is not one that is known here, or is so no longer.'],
  insufficient_scope: [403, 'The key or token does not have the scope that is needed here.'],
  origin_not_allowed: [403, 'Pages of this origin may not use this server.'],
  not_owner: [403, 'Only who started a run may end it.'],
  misdirected_request: [421, 'The server is not known by the name that the request has for it.'],
  run_not_found: [404, 'There is no run of this id.'],
  job_not_found: [404, 'There is no job of this id.'],
  unknown_subscription: [404, 'This connection has no subscription of this id.'],
  run_expired: [410, 'The run is no longer kept.'],
  run_cancelled: [410, 'Somebody ended the run.'],
  job_cancelled: [410, 'Somebody ended the job before it was done.'],
  job_not_done: [409, 'The job waits or is computed: its result comes later.'],
  upgrade_required: [426, 'This path speaks WebSocket.'],
  not_found: [404, 'There is nothing at this path.'],
  method_not_allowed: [405, 'This path does not take this method.'],
  request_timeout: [408, 'The body did not arrive in time.'],
  not_acceptable: [406, 'No answer can be given in a type that Accept allows.'],
  expectation_failed: [417, 'The only expectation that can be met is 100-continue.'],
  body_too_large: [413, 'The body is larger than MAX_BODY_BYTES.'],
  too_many_elements: [413, 'The tensors hold more than MAX_ELEMENTS numbers.'],
  text_too_long: [413, 'A text is longer, or has more tokens, than a request may send.'],
  output_too_large: [413, 'What is asked for would be larger than MAX_OUTPUT_BYTES, or than anybody looks at.'],
  unsupported_media_type: [415, 'The type or encoding of the body is not one of those offered.'],
  headers_too_large: [431, 'The header of the request is too large.'],
  not_an_object: [422, 'The body must be an object with the fields of its route.'],
  missing_field: [422, 'A field that is needed is not there.'],
  unknown_field: [422, 'A field or query parameter is not one of those that this route takes.'],
  invalid_option: [422, 'An option has a value that it cannot take.'],
  conflicting_options: [422, 'Two options contradict each other.'],
  idempotency_key_reused: [422, 'The Idempotency-Key was sent before, with another request.'],
  too_complex: [422, 'The body has more fields, objects or texts than any request needs.'],
  invalid_tensor: [422, 'A field is not a tensor in any of the forms offered.'],
  ragged_array: [422, 'The rows of a nested array differ in length or depth.'],
  empty_tensor: [422, 'A tensor has no numbers where some are needed, or does not tell its shape.'],
  invalid_rank: [422, 'A tensor has too many or too few dimensions.'],
  invalid_dtype: [422, 'A tensor has a dtype that is not offered.'],
  not_finite: [422, 'A tensor holds a number that is not finite in the precision asked for.'],
  ambiguous_mask: [422, 'A mask of 0 and 1 may be meant as booleans or as numbers to add; the request must say which.'],
  shape_mismatch: [422, 'The shapes of two tensors do not fit together.'],
  dropout_unsupported: [422, 'The service is deterministic: it offers no dropout.'],
  overflow: [422, 'A number that was asked for leaves the range of its precision; precision float64 has more.'],
  too_many_steps: [413, 'The run would have more than MAX_RUN_STEPS steps.'],
  rate_limited: [429, 'This caller sends more than it may; Retry-After says when it may go on.'],
  saturated: [503, 'There is no room for more requests, runs, viewers or tickets now; try again later.'],
  draining: [503, 'The server is shutting down.'],
  not_ready: [503, 'The server is still starting.'],
  issuer_unavailable: [503, 'The keys that tokens are checked with cannot be fetched now; try again later.'],
  sharing_unavailable: [503, 'What replicas share, their Redis, is away, slow or full; try again in a moment.'],
  worker_died: [503, 'The thread that computed this request died; the request can be sent again.'],
  workers_failing: [503, 'The threads that compute died again and again; the server rests before it tries once more.'],
  deadline_exceeded: [
    504,
    'The computation did not end in time: within DEADLINE_MS, or the Request-Timeout of the request.',
  ],
  unknown_method: [501, 'The method is not one of HTTP.'],
  internal: [500, 'The server made a mistake; it is in its log under this request id.'],
} as const satisfies Record<string, readonly [status: number, sentence: string]>;

export type ErrorCode = keyof typeof ERROR_CODES;
/** All of them, in the order of the table. */
export const errorCodes = Object.keys(ERROR_CODES) as readonly ErrorCode[];

/** Where the fault is: a JSON pointer (RFC 6901) into the request, or a byte offset into the body; and when it will be gone. */
export interface ErrorPlace {
  pointer?: string;
  offset?: number;
  /** In ms from now, where that is known better than by the code. */
  retryAfterMs?: number;
  /** The variable of the environment whose limit was hit, where the code alone does not tell. */
  limit?: string;
}

const LIMITS: Partial<Record<ErrorCode, string>> = {
  body_too_large: 'MAX_BODY_BYTES',
  too_many_elements: 'MAX_ELEMENTS',
  text_too_long: 'MAX_TEXT_BYTES',
  output_too_large: 'MAX_OUTPUT_BYTES',
  too_many_steps: 'MAX_RUN_STEPS',
  request_timeout: 'BODY_TIMEOUT_MS',
  deadline_exceeded: 'DEADLINE_MS',
};

/** A request that cannot be served as it is. Anything else that is thrown is a bug of ours. */
export class RequestError extends Error {
  readonly code: ErrorCode;
  readonly pointer: string | undefined;
  readonly offset: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** The variable whose limit was hit, if any. */
  readonly limit: string | undefined;

  constructor(code: ErrorCode, detail: string, place: ErrorPlace = {}) {
    super(detail);
    this.name = 'RequestError';
    this.code = code;
    this.pointer = place.pointer;
    this.offset = place.offset;
    this.retryAfterMs = place.retryAfterMs;
    this.limit = place.limit ?? LIMITS[code];
  }

  get status(): number {
    return ERROR_CODES[this.code][0];
  }
}

/** Whether an error is the fault of a number that leaves the range of its precision. */
export function isOverflow(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'overflow';
}

/** A file that whoever runs the server named cannot be used; the message goes on after its name. */
export class WrongFileError extends Error {}

/** One segment of a JSON pointer, escaped (RFC 6901 section 3); long names are cut so that an answer echoes no body. */
export function pointerTo(...segments: PropertyKey[]): string {
  return segments.map((s) => `/${String(s).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What whoever wants something that lasts is told by a server that stops. */
export function shuttingDown(): RequestError {
  return new RequestError('draining', 'the server is shutting down; others serve on');
}
