import { SpotlightError } from 'spotlight-client';

const GONE: ReadonlySet<string> = new Set(['run_not_found', 'run_expired', 'run_cancelled']);

/** Whether the service no longer has a run, so that it has to be started again. */
export const isGone = (error: unknown): boolean => error instanceof SpotlightError && GONE.has(error.code);
