/** What is told of jobs that are not there, or not yet done. */
import { RequestError } from '../errors.ts';
import type { Fault } from '../requests/request.ts';
import { hasEnded, type Job } from './job.ts';

/** How soon a job that is computed is worth another look, in ms. */
const LOOK_AGAIN_MS = 1000;
const MOST_LOOK_AGAIN_MS = 60_000;

export function notFound(): RequestError {
  return new RequestError('job_not_found', 'there is no job of this id, or it is no longer kept');
}

export function keyReused(): RequestError {
  const detail =
    'this Idempotency-Key was sent with another body, route or callback_url; a new request needs a new key';
  return new RequestError('idempotency_key_reused', detail);
}

const WHAT_IS_FULL = {
  MAX_JOBS: 'as many jobs are kept',
  MAX_JOB_BYTES: 'jobs and their results hold as many bytes',
  RESULTS_DIR: 'results take as much of RESULTS_DIR',
};

export function tooManyJobs(limit: keyof typeof WHAT_IS_FULL): RequestError {
  const what = WHAT_IS_FULL[limit];
  return new RequestError('saturated', `${what} as allowed; try again later`, { limit, retryAfterMs: 5000 });
}

/** Why there is no result of a job, if there is none. */
export function resultRefusal({ state, fault, estimateMs = LOOK_AGAIN_MS }: Job): RequestError | undefined {
  if (!hasEnded(state)) {
    const retryAfterMs = Math.min(MOST_LOOK_AGAIN_MS, Math.max(LOOK_AGAIN_MS, estimateMs));
    return new RequestError('job_not_done', `the job is ${state}; its result is there when it is done`, {
      retryAfterMs,
    });
  }
  if (state === 'cancelled') return new RequestError('job_cancelled', 'the job was ended before it was done');
  return fault && errorOf(fault);
}

export const errorOf = (fault: Fault) => new RequestError(fault.code, fault.detail, fault);

/** What is kept of an error; of one that is a bug of ours nothing but that. */
export function faultIn(error: unknown): Fault {
  if (!(error instanceof RequestError))
    return { code: 'internal', detail: 'the server made a mistake; it is in its log' };
  const { code, message: detail, pointer, offset } = error;
  return { code, detail, ...(pointer !== undefined && { pointer }), ...(offset !== undefined && { offset }) };
}
