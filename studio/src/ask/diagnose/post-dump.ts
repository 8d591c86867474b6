/**
 * POST /attention/diagnose with the bytes of a file. By fetch and not by the client, which is bounded in size for all the pages
 * that have it: the only one that asks this is here.
 */
import { type Diagnosis, SpotlightError } from 'spotlight-client';
import type { Dump } from './dump.ts';

export interface HeadPlace {
  batch: number;
  head: number;
}

/**
 * @param shown the head whose patterns are answered as well
 * @throws SpotlightError the problem of the service; `connection_failed`; `invalid_argument` for a file that is no longer there
 */
export async function postDump(
  { name, type, body }: Pick<Dump, 'name' | 'type' | 'body'>,
  shown: HeadPlace | undefined,
  { signal, fetch = globalThis.fetch }: { signal: AbortSignal; fetch?: typeof globalThis.fetch },
): Promise<Diagnosis> {
  await checkReadable(name, body);
  const query = shown === undefined ? '' : `?head=${shown.head}&batch=${shown.batch}`;
  const headers = { accept: 'application/json', 'content-type': type };
  let response: Response;
  let text: string;
  try {
    // Beside the page, as all that it asks for.
    response = await fetch(`attention/diagnose${query}`, { method: 'POST', headers, body, signal });
    text = await response.text();
  } catch (cause) {
    throw new SpotlightError('connection_failed', 'POST attention/diagnose got no answer', { cause });
  }
  const answer = parsed(text);
  if (response.ok && isDiagnosis(answer)) return answer;
  throw refusalOf(response, answer);
}

/** A browser lets a file be read as it was when it was picked, and no other. */
async function checkReadable(name: string, body: Blob): Promise<void> {
  try {
    await body.slice(0, 1).arrayBuffer();
  } catch (cause) {
    const detail = `“${name}” was changed or moved since it was opened: open it again`;
    throw new SpotlightError('invalid_argument', detail, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not from the service: a gateway's page, perhaps.
    return undefined;
  }
}

function refusalOf({ status, headers }: Response, answer: unknown): SpotlightError {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isNaN(seconds) ? undefined : 1000 * seconds;
  if (isProblem(answer)) return new SpotlightError(answer.code, answer.detail, { ...answer, retryAfterMs });
  return new SpotlightError('bad_answer', `HTTP ${status} came with an answer that is not the service's`, { status });
}

type Problem = Pick<SpotlightError, 'code' | 'detail' | 'pointer' | 'offset' | 'instance' | 'status'>;

const isProblem = (value: unknown): value is Problem => has(value, 'code') && has(value, 'detail');
const isDiagnosis = (value: unknown): value is Diagnosis => has(value, 'verdict') && has(value, 'where');
const has = (value: unknown, member: string) => typeof value === 'object' && value !== null && member in value;
