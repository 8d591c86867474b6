/** POST /attention/diagnose with the bytes of a file. */
import { type Diagnosis, SpotlightError } from 'spotlight-client';
import { badAnswer, has, post } from '../post.ts';
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
  ask: { signal: AbortSignal; fetch?: typeof globalThis.fetch },
): Promise<Diagnosis> {
  await checkReadable(name, body);
  const query = shown === undefined ? '' : `?head=${shown.head}&batch=${shown.batch}`;
  const answer = await post({ ...ask, path: `attention/diagnose${query}`, type, body });
  if (isDiagnosis(answer)) return answer;
  throw badAnswer(200);
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

const isDiagnosis = (value: unknown): value is Diagnosis => has(value, 'verdict') && has(value, 'where');
