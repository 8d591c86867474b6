import { jsonOf } from '../fields.ts';
import { type CallOptions, checkCall, checkStepping, runId } from '../options.ts';
import { checkKind, type RunRequest } from '../request.ts';
import { SpotlightError } from '../spotlight-error.ts';
import type { Run, Stepping } from '../wire/runs.ts';
import type { Http } from './http.ts';

/** Runs: computations whose steps can be watched, by id. */
export class Runs {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Starts a run that nobody watches yet: POST /runs. One whose answer was lost is started again, and the first expires. */
  async start(request: RunRequest, stepping: Stepping, options: CallOptions = {}): Promise<Run> {
    checkKind(request);
    checkStepping(stepping, '');
    checkCall(options, '');
    const body = `{"request":${jsonOf(request)},${JSON.stringify(stepping).slice(1)}`;
    return runOf(await this.#http.json({ method: 'POST', path: 'runs', body }, options));
  }

  /** Where a run stands: GET /runs/{id}. */
  async get(id: string, options: CallOptions = {}): Promise<Run> {
    checkCall(options, '');
    return runOf(await this.#http.json({ method: 'GET', path: pathOf(id) }, options));
  }

  /** Ends a run for all who watch it: DELETE /runs/{id}. One that was ended before is fine. */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    checkCall(options, '');
    const path = pathOf(id);
    try {
      await this.#http.send({ method: 'DELETE', path }, options);
    } catch (error) {
      // Perhaps by this very call, whose first answer was lost.
      if (!(error instanceof SpotlightError && error.code === 'run_cancelled')) throw error;
    }
  }
}

function pathOf(id: string): string {
  runId(id, '/id');
  return `runs/${encodeURIComponent(id)}`;
}

function runOf(value: unknown): Run {
  if (isRun(value)) return value;
  throw new SpotlightError('bad_answer', 'the answer is not a run');
}

function isRun(value: unknown): value is Run {
  return (
    typeof value === 'object' &&
    value !== null &&
    'run' in value &&
    typeof value.run === 'string' &&
    'state' in value &&
    'plan' in value
  );
}
