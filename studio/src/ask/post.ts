/** A POST by fetch, for what the client, which is bounded in size for all the pages that have it, has no method for. */
import { SpotlightError } from 'spotlight-client';

export interface Post {
  /** Beside the page, as all that it asks for. */
  path: string;
  type: string;
  body: Blob | string;
  signal: AbortSignal;
  fetch?: typeof globalThis.fetch;
}

/**
 * The JSON of the answer.
 * @throws SpotlightError the problem of the service; `connection_failed`; `bad_answer` for what is no JSON
 */
export async function post({ path, type, body, signal, fetch = globalThis.fetch }: Post): Promise<unknown> {
  const headers = { accept: 'application/json', 'content-type': type };
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, { method: 'POST', headers, body, signal });
    text = await response.text();
  } catch (cause) {
    throw new SpotlightError('connection_failed', `POST ${path.replace(/\?.*/, '')} got no answer`, { cause });
  }
  const answer = parsed(text);
  if (response.ok && answer !== undefined) return answer;
  throw refusalOf(response, text);
}

/** What came is not from the service: a gateway's page, perhaps. */
export const badAnswer = (status: number): SpotlightError =>
  new SpotlightError('bad_answer', `HTTP ${status} came with an answer that is not the service's`, { status });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The problem of an answer that is none. */
export function refusalOf({ status, headers }: Response, text: string): SpotlightError {
  const answer = parsed(text);
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isNaN(seconds) ? undefined : 1000 * seconds;
  return isProblem(answer)
    ? new SpotlightError(answer.code, answer.detail, { ...answer, retryAfterMs })
    : badAnswer(status);
}

type Problem = Pick<SpotlightError, 'code' | 'detail' | 'pointer' | 'offset' | 'instance' | 'status'>;

const isProblem = (value: unknown): value is Problem => has(value, 'code') && has(value, 'detail');

export const has = (value: unknown, member: string): boolean =>
  typeof value === 'object' && value !== null && member in value;
