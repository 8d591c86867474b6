import { expect } from 'vitest';
import type { Framed } from './framing.ts';

/** What comes back for a request that is refused: its status, and the one sentence. */
export async function refused(url: string, { body, headers }: Framed) {
  const answer = await fetch(`${url}/v2/models/attention/infer`, { method: 'POST', headers, body });
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(answer.headers.get('x-request-id')).not.toBeNull();
  const told = (await answer.json()) as Record<string, unknown>;
  expect(Object.keys(told)).toEqual(['error']);
  return { status: answer.status, error: String(told.error) };
}
