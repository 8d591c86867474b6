import type { CallOptions } from '../options.ts';
import { isOriginRefused, originRefusal } from '../origin.ts';
import { Attempts, pause, policyOf, type RetryPolicy, retryAfterMs } from '../retries.ts';
import { badAnswer, errorOf, isProblem, SpotlightError } from '../spotlight-error.ts';
import { type Token, tokenNow } from '../token.ts';
import type { OwnBytes } from '../typed-tensor.ts';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Relative to the base. */
  path: string;
  body?: string | OwnBytes;
  contentType?: string;
  accept?: string;
}

export interface HttpAnswer {
  contentType: string;
  bytes: ArrayBuffer;
}

export interface HttpParts {
  baseUrl: URL;
  token: Token | undefined;
  fetch: typeof globalThis.fetch;
  retries: RetryPolicy;
}

/** Requests over fetch, sent again while that can help. */
export class Http {
  readonly #parts: HttpParts;

  constructor(parts: HttpParts) {
    this.#parts = parts;
  }

  /**
   * @throws SpotlightError for an answer of 400 and above, and when no answer came; the reason of `signal` when it is aborted
   */
  async send(request: HttpRequest, { signal, retries }: CallOptions): Promise<HttpAnswer> {
    const policy = policyOf(this.#parts.retries, retries);
    const attempts = new Attempts(policy);
    const deadline =
      policy.deadlineMs === Number.POSITIVE_INFINITY ? undefined : AbortSignal.timeout(policy.deadlineMs);
    const ends = [signal, deadline].filter((end) => end !== undefined);
    const either = AbortSignal.any(ends);
    for (let isFirst = true; ; isFirst = false) {
      signal?.throwIfAborted();
      const failure = await this.#attempt(request, either);
      if (!(failure instanceof SpotlightError)) return failure;
      signal?.throwIfAborted();
      if (deadline?.aborted === true) {
        throw new SpotlightError('timed_out', `no answer came within ${policy.deadlineMs} ms`, { cause: failure });
      }
      // What cannot change by trying again is asked once.
      if (isFirst && failure.status === undefined && (await isOriginRefused(this.#parts, either))) {
        throw originRefusal(this.#parts.baseUrl, { cause: failure });
      }
      const wait = failure.isTemporary ? attempts.waitMs(failure.retryAfterMs) : undefined;
      if (wait === undefined) throw failure;
      await pause(wait, signal);
    }
  }

  get baseUrl(): URL {
    return this.#parts.baseUrl;
  }

  /** Whether requests bring a key or token. */
  get hasToken(): boolean {
    return this.#parts.token !== undefined;
  }

  /** The answer as JSON. */
  async json(request: HttpRequest, options: CallOptions): Promise<unknown> {
    const { bytes } = await this.send({ accept: 'application/json', ...request }, options);
    return parsedJson(textIn(bytes));
  }

  async #attempt(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer | SpotlightError> {
    const { baseUrl, fetch } = this.#parts;
    let token: string | undefined;
    try {
      token = await tokenNow(this.#parts.token, signal);
    } catch (cause) {
      if (!signal.aborted) throw cause;
      return new SpotlightError('connection_failed', 'no token came', { cause });
    }
    const headers = new Headers();
    if (request.accept !== undefined) headers.set('accept', request.accept);
    if (request.body !== undefined) headers.set('content-type', request.contentType ?? 'application/json');
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    const { method, body } = request;
    const url = new URL(request.path, baseUrl);
    let response: Response;
    let bytes: ArrayBuffer;
    try {
      response = await fetch(url, { method, headers, signal, ...(body !== undefined && { body }) });
      bytes = await response.arrayBuffer();
    } catch (cause) {
      return new SpotlightError('connection_failed', `${method} ${url.pathname} got no answer`, { cause });
    }
    if (!response.ok) return refusalOf(response, bytes);
    return { contentType: response.headers.get('content-type') ?? '', bytes };
  }
}

function refusalOf(response: Response, bytes: ArrayBuffer): SpotlightError {
  const { status, headers } = response;
  const asked = retryAfterMs(headers.get('retry-after'));
  let document: unknown;
  try {
    document = JSON.parse(textIn(bytes));
  } catch {
    // Not from the service: a gateway's page, perhaps.
  }
  if (isProblem(document)) return errorOf(document, asked);
  return badAnswer(`HTTP ${status} came without a problem document`, {
    status,
    retryAfterMs: asked,
    instance: headers.get('x-request-id') ?? undefined,
  });
}

/** Bytes as UTF-8. */
export function textIn(bytes: ArrayBuffer | Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** @throws SpotlightError `bad_answer` */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badAnswer('the answer is not JSON', { cause });
  }
}
