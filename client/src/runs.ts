import { inJson } from './body.ts';
import type { RunDocument, RunRequest, Stepping } from './contract.ts';
import type { CallOptions, Http } from './http.ts';
import { SpotlightError } from './spotlight-error.ts';

/** Runs: computations whose steps can be watched, by id. */
export class Runs {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Starts a run that nobody watches yet: POST /runs. One whose answer was lost is started again, and the first expires. */
  async start(request: RunRequest, stepping: Stepping, options: CallOptions = {}): Promise<RunDocument> {
    const body = JSON.stringify({ request: inJson(request), ...stepping });
    return runOf(await this.#http.json({ method: 'POST', path: 'runs', body }, options));
  }

  /** Where a run stands: GET /runs/{id}. */
  async get(id: string, options: CallOptions = {}): Promise<RunDocument> {
    return runOf(await this.#http.json({ method: 'GET', path: pathOf(id) }, options));
  }

  /** Ends a run for all who watch it: DELETE /runs/{id}. One that was ended before is fine. */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    try {
      await this.#http.send({ method: 'DELETE', path: pathOf(id) }, options);
    } catch (error) {
      // Perhaps by this very call, whose first answer was lost.
      if (!(error instanceof SpotlightError && error.code === 'run_cancelled')) throw error;
    }
  }
}

const pathOf = (id: string) => `runs/${encodeURIComponent(id)}`;

function runOf(value: unknown): RunDocument {
  if (isRun(value)) return value;
  throw new SpotlightError('bad_answer', 'the answer is not a run');
}

function isRun(value: unknown): value is RunDocument {
  return (
    typeof value === 'object' &&
    value !== null &&
    'run' in value &&
    typeof value.run === 'string' &&
    'state' in value &&
    'plan' in value
  );
}
