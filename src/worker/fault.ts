import { RequestError } from '../errors.ts';
import type { Outcome } from '../tasks/tasks.ts';

/** An error as it crosses to another thread: a fault in the request, or a bug. */
export function faultOf(error: unknown): Outcome<never> {
  if (error instanceof RequestError) {
    return { fault: { code: error.code, detail: error.message, pointer: error.pointer, offset: error.offset } };
  }
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return { bug: { message: error instanceof Error ? error.message : String(error), stack } };
}
