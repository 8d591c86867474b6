import { problemOf, type Recipient } from '../problem-document.ts';
import type { RunDocument } from './protocol.ts';
import type { Run } from './run.ts';
import type { Runs } from './runs.ts';

/** What is told of a run over HTTP to whom it concerns. */
export function documentOf(run: Run, runs: Runs, recipient: Recipient): RunDocument {
  const error = run.endedWith;
  const expiry = runs.expiryOf(run);
  return {
    run: run.id,
    state: error !== undefined ? 'failed' : run.isRunning ? 'running' : 'finished',
    plan: run.about,
    viewers: run.viewers,
    created_at: new Date(run.createdAt).toISOString(),
    expires_at: expiry === undefined ? null : new Date(expiry).toISOString(),
    ...(run.summary !== undefined && { summary: run.summary }),
    ...(error !== undefined && { problem: problemOf(error, recipient) }),
  };
}
