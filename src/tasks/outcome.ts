import { RequestError } from '../errors.ts';
import type { Outcome, Spare } from './tasks.ts';

/**
 * What a task came back with.
 * @throws RequestError for a fault in the request, Error for a bug of ours
 */
export function unwrap<T>(outcome: unknown): T {
  const { ok, fault, bug } = outcome as { ok?: T } & Partial<
    Extract<Outcome<T>, { fault: unknown }> & Extract<Outcome<T>, { bug: unknown }>
  >;
  if (fault !== undefined) throw new RequestError(fault.code, fault.detail, fault);
  if (bug !== undefined || ok === undefined) {
    const error = new Error(bug?.message ?? 'a worker gave no answer');
    if (bug !== undefined) error.stack = bug.stack;
    throw error;
  }
  return ok;
}

/** What came back beside it: memory that nobody uses any more. */
export function spareOf(outcome: unknown): readonly SharedArrayBuffer[] {
  return (outcome as Spare).spare ?? [];
}
