import type { Started } from '../options.ts';
import { badAnswer, type SpotlightError } from '../spotlight-error.ts';
import type { ClientMessage } from '../wire/messages.ts';
import type { Plan, Stepping } from '../wire/runs.ts';
import { SUBSCRIPTION } from './connection.ts';

/** A request as it is sent, and what hears when it had to be sent again. */
export interface Start {
  request: string;
  stepping: Stepping;
  onRestart: ((started: Started) => void) | undefined;
}

/** Codes of a run that its server no longer has. */
const GONE: ReadonlySet<string> = new Set(['run_not_found', 'run_expired']);

/**
 * The run that a stream watches. One that it has to start keeps its request: when the server has lost the run, the same is
 * started again, and its steps are the same by number.
 */
export class Target {
  readonly #start: Start | undefined;
  #run: string | undefined;
  #plan: Plan | undefined;
  /** Whether the server has the run, as far as is known. */
  #isThere: boolean;

  constructor({ run, start }: { run: string; start?: undefined } | { run?: undefined; start: Start }) {
    this.#run = run;
    this.#start = start;
    this.#isThere = run !== undefined;
  }

  /** The id of the run, once it has begun. */
  get run(): string | undefined {
    return this.#run;
  }

  /** How many steps it has, once it has begun. */
  get steps(): number | undefined {
    return this.#plan?.steps;
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  /** Whether it had begun and has to be started again. */
  get isLost(): boolean {
    return !this.#isThere && this.#plan !== undefined;
  }

  /** Whether the run is gone and can be started again; then it is lost. */
  lose(error: SpotlightError): boolean {
    if (this.#start === undefined || !this.#isThere || !GONE.has(error.code)) return false;
    this.#isThere = false;
    return true;
  }

  /** The message that makes the run. */
  startMessage(view: Pick<Extract<ClientMessage, { type: 'start' }>, 'only' | 'credits' | 'paused'>): string {
    if (this.#start === undefined) throw new Error('a run that is only watched cannot be started');
    const { request, stepping } = this.#start;
    const message = JSON.stringify({ type: 'start', id: SUBSCRIPTION, ...stepping, ...view });
    return `${message.slice(0, -1)},"request":${request}}`;
  }

  /**
   * Takes what the server says of the run.
   * @throws SpotlightError `bad_answer` when the run that was started again is another
   */
  begin(started: Started): void {
    const { run, plan } = started;
    const before = this.isLost ? this.#plan : undefined;
    if (before !== undefined && namesOf(before) !== namesOf(plan)) {
      throw badAnswer('the run was started again, and its steps are not what they were');
    }
    this.#run = run;
    this.#plan = plan;
    this.#isThere = true;
    if (before !== undefined) this.#start?.onRestart?.(started);
  }
}

/** What makes the steps of two runs the same by number. */
function namesOf({ steps, detail, tile, names }: Plan): string {
  return JSON.stringify([steps, detail, tile, names.map(({ name, shape }) => [name, shape])]);
}
