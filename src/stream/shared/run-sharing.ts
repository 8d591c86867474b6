import { RequestError } from '../../errors.ts';
import type { LentMemory } from '../../pool/pool-memory.ts';
import type { RunSettings } from '../../requests/opened.ts';
import type { Origin, Run } from '../run.ts';
import type { Asker, Lent, Terms } from './asked-run.ts';
import type { RunEnd } from './run-record.ts';
import type { SharedRun, SharedRuns } from './shared-runs.ts';

export interface SharingParts {
  runs: SharedRuns;
  memory: Pick<LentMemory, 'shared' | 'giveBack'>;
  log: { error(about: object, text: string): void };
}

/** Whoever keeps the runs of this replica. */
interface Keeper {
  readonly all: Iterable<Run>;
  here(id: string): Run | undefined;
  admitShared(bytes: number): void;
  adopt(origin: Origin & { kernel: string }, lent: Lent, terms: Terms): Promise<Run>;
  end(run: Run, error: RequestError): void;
}

/**
 * Runs of a replica that shares them with others: what starts here is found anywhere, what is asked for here is taken in from
 * anywhere, and what ends anywhere ends here. Redis knows what there is; what is kept here is only how to compute it.
 */
export class RunSharing {
  readonly #parts: SharingParts;
  readonly #here: Keeper;
  /** Runs that are being taken in; who asks meanwhile waits for the same. */
  readonly #coming = new Map<string, Promise<Run>>();

  constructor(parts: SharingParts, here: Keeper) {
    this.#parts = parts;
    this.#here = here;
    parts.runs.watch((id) => {
      if (here.here(id) !== undefined) this.#lookAt(id).catch(() => {});
    });
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
      const record = { id, createdAt, kernel, kind, contentType, bodyBytes: body.byteLength, ...settings };
      try {
        await this.#parts.runs.keep({ ...record, principal: asker.principal }, body, isOwned);
        // It may have ended before it could be noted.
        if (run.summary !== undefined) this.finish(id, { summary: run.summary });
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
    const run = this.#here.here(id);
    if (run !== undefined) return run;
    const coming = this.#coming.get(id) ?? this.#takeIn(known, asker);
    this.#coming.set(id, coming);
    try {
      return await coming;
    } finally {
      this.#coming.delete(id);
    }
  }

  /** What all know of a run of `principal`. @throws RequestError `run_not_found`, why it is gone, `sharing_unavailable` */
  async known(id: string, principal: string): Promise<SharedRun> {
    try {
      return await this.#parts.runs.look(id, principal);
    } catch (error) {
      const run = this.#here.here(id);
      if (run !== undefined && error instanceof RequestError && error.status === 410) this.#here.end(run, error);
      throw error;
    }
  }

  /** Ends a run on all replicas. @throws RequestError `sharing_unavailable` */
  async drop(id: string, why: RequestError): Promise<void> {
    await this.#parts.runs.drop(id, why);
    const run = this.#here.here(id);
    if (run !== undefined) this.#here.end(run, why);
  }

  /** The connection that started a run here is gone. */
  leave(id: string): void {
    this.#parts.runs.leave(id).catch(() => {});
  }

  /** Tells how a run ended; what only this replica was too slow for is no end for others. */
  finish(id: string, end: RunEnd): void {
    if ('error' in end && end.error.status >= 500) return;
    this.#parts.runs.finish(id, end).catch(() => {});
  }

  /** Says which runs are still computed or watched here, and ends those that have ended elsewhere without a message. */
  async renew(isOwned: (run: Run) => boolean): Promise<void> {
    const kept = [...this.#here.all]
      .filter((run) => run.isRunning || run.viewers > 0)
      .map((run) => ({ id: run.id, isRunning: run.isRunning, isOwned: isOwned(run) }));
    try {
      for (const id of await this.#parts.runs.renew(kept)) await this.#lookAt(id);
    } catch (error) {
      // While Redis is away, those who watch go on.
      if (!(error instanceof RequestError)) this.#parts.log.error({ err: error }, 'shared runs could not be renewed');
    }
  }

  async #lookAt(id: string): Promise<void> {
    const why = await this.#parts.runs.whyGone(id);
    const run = this.#here.here(id);
    if (why !== undefined && run !== undefined) this.#here.end(run, why);
  }

  async #takeIn({ record, end }: SharedRun, asker: Asker): Promise<Run> {
    const { runs, memory } = this.#parts;
    const { id, createdAt, kernel, kind, contentType, bodyBytes } = record;
    this.#here.admitShared(bodyBytes);
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
    return await this.#here.adopt(
      { id, createdAt, kernel, end },
      { request, release },
      { asker, settings: settingsOf(record) },
    );
  }
}

function settingsOf({ detail, tileRows, tileKeys, maxSteps, maxStepNumbers }: SharedRun['record']): RunSettings {
  return { detail, tileRows, tileKeys, maxSteps, maxStepNumbers };
}
