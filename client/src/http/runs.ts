import { jsonOf } from '../fields.ts';
import { hasMembers } from '../object.ts';
import { type CallOptions, checkCall, checkEvents, checkStepping, type EventsOptions, runId } from '../options.ts';
import { checkKind, type RunRequest } from '../request.ts';
import { badAnswer, SpotlightError } from '../spotlight-error.ts';
import type { Run, Stepping, Ticket } from '../wire/runs.ts';
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

  /**
   * Where the steps of a run are as server-sent events: for an EventSource, which can send no token. Where the client has one,
   * the address holds a ticket in its place, good once and for half a minute, so that a reader that comes back asks for
   * another address.
   */
  async eventsUrl(id: string, options: EventsOptions = {}): Promise<string> {
    checkEvents(options, '');
    const { after, only = {}, ...call } = options;
    const url = new URL(`${pathOf(id)}/events`, this.#http.baseUrl);
    if (after !== undefined) url.searchParams.set('after', String(after));
    for (const [name, list] of Object.entries(only)) if (list != null) url.searchParams.set(name, list.join(','));
    if (this.#http.hasToken) url.searchParams.set('ticket', await this.#ticket(call));
    return url.href;
  }

  async #ticket(options: CallOptions): Promise<string> {
    const answer = await this.#http.json({ method: 'POST', path: 'tickets' }, options);
    if (isTicket(answer)) return answer.ticket;
    throw badAnswer('the answer is not a ticket');
  }
}

function pathOf(id: string): string {
  runId(id, '/id');
  return `runs/${encodeURIComponent(id)}`;
}

function runOf(value: unknown): Run {
  if (isRun(value)) return value;
  throw badAnswer('the answer is not a run');
}

function isTicket(value: unknown): value is Pick<Ticket, 'ticket'> {
  return hasMembers(value, { ticket: 'string' });
}

function isRun(value: unknown): value is Run {
  return hasMembers(value, { run: 'string', state: 'string', plan: 'object' });
}
