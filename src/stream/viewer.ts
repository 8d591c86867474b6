import { namesIn, nextStep, type StepFilter } from '../attention/step-filter.ts';
import type { StepPlan } from '../attention/step-plan.ts';
import type { Step } from '../attention/steps.ts';
import { RequestError } from '../errors.ts';
import type { Only } from './client-messages.ts';
import type { Run } from './run.ts';

/** What a viewer is to get next. */
export type Outlook =
  | { kind: 'step'; step: Step }
  /** Steps were filtered away up to here. */
  | { kind: 'progress'; done: number }
  | { kind: 'done' }
  /** The run has failed or is gone. */
  | { kind: 'ended'; error: unknown }
  /** For its client to say something. */
  | { kind: 'waiting' }
  /** Until the clock says `at`. */
  | { kind: 'later'; at: number };

/** How often a viewer hears of steps that were filtered away, in ms. */
const PROGRESS_MS = 250;
/** Steps behind the next that are not asked for ahead. */
const FAR = 2048;

/**
 * One viewer of one run: a position, a filter and a pace; it holds no step. What it says costs nobody else anything.
 * Invariant: every step up to `#position` was sent or filtered away, and none behind it was sent since the last seek.
 */
export class Viewer {
  #run: Run | undefined;
  #filter: StepFilter;
  #position: number;
  #credits: number;
  #isPaused: boolean;
  /** Steps that a paused viewer is to see all the same. */
  #singleSteps = 0;
  #intervalMs = 0;
  #nextAt = 0;
  #isDone = false;
  /** The next step that passes the filter, once it was looked for. */
  #found: Step | undefined;
  #toldPosition: number;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor({
    after,
    only,
    credits,
    paused,
  }: { after: number; only?: Only | undefined; credits: number; paused: boolean }) {
    this.#position = after;
    this.#toldPosition = after;
    this.#credits = credits;
    this.#isPaused = paused;
    const { steps, heads, rows } = only ?? {};
    this.#filter = {
      steps: steps ? new Set(steps) : undefined,
      heads: heads ? new Set(heads) : undefined,
      rows: rows ? [...new Set(rows)].sort((a, b) => a - b) : undefined,
    };
  }

  /**
   * Begins to watch. What was said before is checked now that the run is known.
   * @param filterAt where the filter stands in what the client sent, as a pointer
   * @throws RequestError `invalid_option` for a position, head or row that the run does not have, and for steps of which it
   *   has none; `conflicting_options` for heads or rows that its steps do not tell apart
   */
  attach(run: Run, filterAt = '/only'): void {
    const { total, detail, numHeads, queryLength } = run.plan;
    if (this.#position > total) {
      throw new RequestError('invalid_option', `the run has only ${total} steps`, { pointer: '/after' });
    }
    const check = (name: 'heads' | 'rows', numbers: Iterable<number>, count: number) => {
      for (const number of numbers) {
        if (number < count) continue;
        throw new RequestError('invalid_option', `the run has only ${count} ${name}`, {
          pointer: `${filterAt}/${name}`,
        });
      }
    };
    if (this.#filter.heads !== undefined && detail === 'whole' && run.about.words === undefined) {
      const text = 'with detail "whole" a step holds all heads, so that none can be left out; ask for detail "head"';
      throw new RequestError('conflicting_options', text, { pointer: `${filterAt}/heads` });
    }
    if (this.#filter.rows !== undefined && detail !== 'row' && detail !== 'tile') {
      const text = `with detail "${detail}" a step holds all rows, so that none can be left out; ask for detail "row"`;
      throw new RequestError('conflicting_options', text, { pointer: `${filterAt}/rows` });
    }
    const { steps } = this.#filter;
    const names = namesIn(run.plan);
    // Some that it has not are fine: a player may ask for masked scores where there are any.
    if (steps !== undefined && !names.some((name) => steps.has(name))) {
      const text = `the run has none of these steps; it has ${names.join(', ')}`;
      throw new RequestError('invalid_option', text, { pointer: `${filterAt}/steps` });
    }
    check('heads', this.#filter.heads ?? [], numHeads);
    check('rows', this.#filter.rows ?? [], queryLength);
    this.#run = run;
  }

  get run(): Run | undefined {
    return this.#run;
  }

  /** Whether all was sent; a seek begins anew. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** The last step that was sent or filtered away. */
  get position(): number {
    return this.#position;
  }

  get credits(): number {
    return this.#credits;
  }

  grant(credits: number): void {
    this.#credits += credits;
  }

  pause(): void {
    this.#isPaused = true;
    this.#singleSteps = 0;
  }

  resume(): void {
    this.#isPaused = false;
    this.#singleSteps = 0;
  }

  /** One step more while paused. */
  stepOnce(): void {
    this.#isPaused = true;
    this.#singleSteps++;
  }

  /** @throws RequestError `invalid_option` when the run has no such step */
  seek(to: number): void {
    const total = this.#run?.plan.total;
    if (total !== undefined && to > total) {
      throw new RequestError('invalid_option', `the run has only ${total} steps`, { pointer: '/to' });
    }
    this.#position = to - 1;
    this.#toldPosition = to - 1;
    this.#found = undefined;
    this.#isDone = false;
  }

  /** Steps a second; `null`: as fast as credits allow. */
  setSpeed(stepsPerSecond: number | null): void {
    this.#intervalMs = stepsPerSecond === null ? 0 : 1000 / stepsPerSecond;
    this.#nextAt = Math.min(this.#nextAt, performance.now() + this.#intervalMs);
  }

  /** What comes next. Looking changes nothing that a client could see, but a search goes on a little each time. */
  look(now: number): Outlook {
    const run = this.#run;
    if (run === undefined || this.#isDone) return { kind: 'waiting' };
    const ended = run.endedWith;
    if (ended !== undefined) return { kind: 'ended', error: ended };
    if (this.#found === undefined && this.#position < run.plan.total) {
      const next = nextStep(run.plan, this.#filter, this.#position);
      if ('found' in next) {
        this.#found = next.found;
        this.#position = next.found.seq - 1;
      } else this.#position = next.passed;
    }
    const untold = this.#position > this.#toldPosition;
    const isBehindAll = this.#found === undefined && this.#position >= run.plan.total;
    if (untold && (isBehindAll || now - this.#toldAt >= PROGRESS_MS)) return { kind: 'progress', done: this.#position };
    if (isBehindAll) return run.summary === undefined ? { kind: 'waiting' } : { kind: 'done' };
    // The search goes on at the next look.
    if (this.#found === undefined) return { kind: 'later', at: now };
    if (this.#credits === 0 || (this.#isPaused && this.#singleSteps === 0)) return { kind: 'waiting' };
    if (now < this.#nextAt) return { kind: 'later', at: this.#nextAt };
    return { kind: 'step', step: this.#found };
  }

  /** Steps that will be wanted soon, the next one first; as many as may be sent. */
  *ahead(plan: StepPlan): Generator<Step> {
    let after = this.#position;
    for (let left = this.#isPaused ? this.#singleSteps : this.#credits; left > 0; left--) {
      const next = nextStep(plan, this.#filter, after);
      if (!('found' in next) || next.found.seq > this.#position + FAR) return;
      yield next.found;
      after = next.found.seq;
    }
  }

  /** The step that was next is on its way. */
  sent(now: number): void {
    if (this.#found === undefined) return;
    this.#position = this.#found.seq;
    this.#toldPosition = this.#position;
    this.#found = undefined;
    this.#credits--;
    if (this.#isPaused) this.#singleSteps--;
    this.#nextAt = Math.max(now, this.#nextAt) + this.#intervalMs;
  }

  told(now: number): void {
    this.#toldPosition = this.#position;
    this.#toldAt = now;
  }

  finished(): void {
    this.#isDone = true;
  }
}
