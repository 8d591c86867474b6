import { RequestError } from '../../errors.ts';
import type { LentMemory } from '../../pool/pool-memory.ts';
import type { RunSettings } from '../../requests/opened.ts';
import type { Run } from '../run.ts';
import type { Asker, Lent, Origin, Terms } from './asked-run.ts';
import type { RunEnd } from './run-record.ts';
import { runExpired, runNotFound, type SharedRun, type SharedRuns } from './shared-runs.ts';

export interface SharingParts {
  runs: SharedRuns;
  memory: Pick<LentMemory, 'shared' | 'giveBack'>;
  log: { error(about: object, text: string): void };
}

/** Whoever keeps the runs of this replica. */
interface Keeper {
  readonly all: Iterable<Run>;
  here(id: string): Run | undefined;
  findHere(id: string, principal: string): Run;
  admit(bytes: number): void;
  begin(origin: Origin, lent: Lent, terms: Terms): Promise<Run>;
  end(run: Run, error: RequestError): void;
}

/** How long whoever has asked for a run may take to begin with it. */
const WANTED_MS = 2000;

/**
 * Runs of a replica that shares them with others: what starts here is found anywhere, what is asked for here is taken in from
 * anywhere, and what ends anywhere ends here. Redis knows what there is; what is kept here is only how to compute it.
 */
export class RunSharing {
  readonly #parts: SharingParts;
  readonly #here: Keeper;
  /** Runs that are being taken in; who asks meanwhile waits for the same. */
  readonly #coming = new Map<string, Promise<Run>>();
  /** As `performance.now()`; those asked for longest ago in front. */
  readonly #askedAt = new Map<string, number>();
  /** Whether messages may have been missed, so that `renew` should come soon. */
  isBehind = true;

  constructor(parts: SharingParts, here: Keeper) {
    this.#parts = parts;
    this.#here = here;
    parts.runs.watch(
      (id) => this.#hear(id).catch(() => {}),
      () => {
        this.isBehind = true;
      },
    );
  }

  /** Whether somebody has asked for a run just now, and has not begun to watch it or to read of it. */
  isWanted(id: string): boolean {
    return performance.now() - (this.#askedAt.get(id) ?? Number.NEGATIVE_INFINITY) < WANTED_MS;
  }

  /** @throws RequestError `sharing_unavailable` */
  requireThere(): void {
    this.#parts.runs.requireThere();
  }

  /**
   * Begins a run here, and has it kept for all: resolves when any replica finds it.
   * @throws RequestError what `begin` throws, `saturated`, `sharing_unavailable`
   */
  async start(
    { request, release }: Lent,
    { asker, settings, isOwned }: Terms & { isOwned: boolean },
    begin: (lent: Lent) => Promise<Run>,
  ): Promise<Run> {
    // Both the run and what is sent to Redis read the body.
    let readers = 2;
    const letGo = () => {
      readers--;
      if (readers === 0) release();
    };
    try {
      const run = await begin({ request, release: letGo });
      const { kind, contentType, body } = request;
      const { id, createdAt, kernel } = run;
      this.#want(id);
      const record = { id, createdAt, kernel, kind, contentType, bodyBytes: body.byteLength, ...settings };
      try {
        await this.#parts.runs.keep({ ...record, principal: asker.principal }, body, isOwned);
        this.#mustBeHere(run);
        // It may have ended before it could be noted.
        if (run.summary !== undefined) this.finish(id, { summary: run.summary });
        else if (run.endedWith instanceof RequestError) this.finish(id, { error: run.endedWith });
      } catch (error) {
        const why = error instanceof RequestError ? error : new RequestError('internal', 'the run could not be kept');
        this.#here.end(run, why);
        this.#parts.runs.drop(id, why).catch(() => {});
        throw error;
      }
      return run;
    } finally {
      letGo();
    }
  }

  /** A run of whoever asks. @throws RequestError `run_not_found`, why it is gone, `sharing_unavailable`; as `start` */
  async find(id: string, asker: Asker): Promise<Run> {
    const known = await this.known(id, asker.principal);
    this.#want(id);
    const here = this.#here.here(id);
    if (here !== undefined) return here;
    // Redis has come back empty, and it has gone meanwhile.
    if (known === undefined) throw runNotFound();
    const coming = this.#coming.get(id);
    if (coming !== undefined) return this.#mustBeHere(await coming);
    const own = this.#takeIn(known, asker);
    this.#coming.set(id, own);
    try {
      return this.#mustBeHere(await own);
    } finally {
      this.#coming.delete(id);
    }
  }

  /**
   * What all know of a run of `principal`; undefined when only this replica knows it, as Redis has come back empty.
   * @throws RequestError `run_not_found`, why it is gone, `sharing_unavailable`
   */
  async known(id: string, principal: string): Promise<SharedRun | undefined> {
    try {
      return await this.#parts.runs.look(id, principal);
    } catch (error) {
      const run = this.#here.here(id);
      if (run === undefined || !(error instanceof RequestError)) throw error;
      if (error.status === 410) this.#here.end(run, error);
      // Whose it is, is known here, too.
      if (error.code !== 'run_not_found' || this.#here.findHere(id, principal) !== run) throw error;
      return undefined;
    }
  }

  /** Ends a run on all replicas. @throws RequestError `sharing_unavailable` */
  async drop(id: string, why: RequestError): Promise<void> {
    await this.#parts.runs.drop(id, why);
    const run = this.#here.here(id);
    if (run !== undefined) this.#here.end(run, why);
  }

  /** The connections that started these runs are gone. */
  leave(ids: readonly string[]): void {
    if (ids.length > 0) this.#parts.runs.leave(ids).catch(() => {});
  }

  /** Tells how a run ended; what only this replica was too slow for is no end for others. */
  finish(id: string, end: RunEnd): void {
    if ('error' in end && end.error.status >= 500) return;
    this.#parts.runs.finish(id, end).catch(() => {});
  }

  /**
   * Says which runs are still computed or watched here, and by whom they are owned, and ends those that have ended elsewhere
   * without a message.
   * @param owned ids of runs whose connections are here
   * @returns those of `owned` that are gone
   */
  async renew(owned: ReadonlySet<string>): Promise<string[]> {
    this.isBehind = false;
    this.#forgetAsked();
    const used = [...this.#here.all].filter((run) => run.isRunning || run.viewers > 0);
    const kept = used.map((run) => ({ id: run.id, isRunning: run.isRunning, isWatched: run.viewers > 0 }));
    const ids = new Set(used.map(({ id }) => id));
    const others = [...owned].filter((id) => !ids.has(id)).map((id) => ({ id, isRunning: false, isWatched: false }));
    try {
      const all = [...kept, ...others].map((one) => ({ ...one, isOwned: owned.has(one.id) }));
      const gone = await this.#parts.runs.renew(all);
      for (const id of gone) await this.#lookAt(id);
      return gone.filter((id) => owned.has(id) && this.#here.here(id) === undefined);
    } catch (error) {
      // While Redis is away, those who watch go on.
      if (!(error instanceof RequestError)) this.#parts.log.error({ err: error }, 'shared runs could not be renewed');
      return [];
    }
  }

  #want(id: string): void {
    this.#askedAt.delete(id);
    this.#askedAt.set(id, performance.now());
  }

  #forgetAsked(): void {
    for (const id of this.#askedAt.keys()) {
      if (this.isWanted(id)) return;
      this.#askedAt.delete(id);
    }
  }

  /** @throws why it has ended meanwhile */
  #mustBeHere(run: Run): Run {
    if (this.#here.here(run.id) === run) return run;
    throw run.endedWith ?? runExpired();
  }

  async #hear(id: string): Promise<void> {
    await this.#coming.get(id)?.catch(() => {});
    if (this.#here.here(id) !== undefined) await this.#lookAt(id);
  }

  async #lookAt(id: string): Promise<void> {
    const why = await this.#parts.runs.whyGone(id);
    const run = this.#here.here(id);
    if (why !== undefined && run !== undefined) this.#here.end(run, why);
  }

  async #takeIn({ record, end, leftMs }: SharedRun, asker: Asker): Promise<Run> {
    const { runs, memory } = this.#parts;
    const { id, createdAt, kernel, kind, contentType, bodyBytes } = record;
    this.#here.admit(bodyBytes);
    const buffer = memory.shared(bodyBytes);
    const body = new Uint8Array(buffer, 0, bodyBytes);
    const release = () => memory.giveBack([buffer]);
    try {
      await runs.fetch(record, body);
    } catch (error) {
      release();
      throw error;
    }
    const request = { kind, contentType, accept: undefined, body };
    return await this.#here.begin(
      { id, createdAt, kernel, end, restedMs: Math.max(0, runs.ttlMs - leftMs) },
      { request, release },
      { asker, settings: settingsOf(record) },
    );
  }
}

function settingsOf({ detail, tileRows, tileKeys, maxSteps, maxStepNumbers }: SharedRun['record']): RunSettings {
  return { detail, tileRows, tileKeys, maxSteps, maxStepNumbers };
}
