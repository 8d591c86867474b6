/** Has the parts of a job computed by all replicas, and puts together what they give. */
import { RequestError } from '../../../errors.ts';
import type { RedisLink } from '../../../redis/redis-link.ts';
import type { RequestLimits } from '../../../requests/open-context.ts';
import type { SpreadNote } from '../../../requests/spread-note.ts';
import { type Gathering, gatherAnswer, gatherSplits, mergingOf } from '../../../spread/gathering.ts';
import { partFile } from '../../../spread/part-file.ts';
import { type NotSpread, readWhole, type Whole } from '../../../spread/whole.ts';
import type { Computed, JobRunner } from '../../job-runner.ts';
import { PIECE_BYTES } from '../job-bytes.ts';
import type { JobLedger } from '../job-ledger.ts';
import { type JobRecord, workOf } from '../job-record.ts';
import { patiently } from '../patiently.ts';
import type { TakenWork, WorkQueue } from '../work-queue.ts';
import { readRanges } from './byte-ranges.ts';
import { type Circumstances, decide } from './decide.ts';
import { partId, writeTask } from './part-task.ts';
import type { MeasuredSpeeds } from './speeds.ts';
import type { PartDone, SpreadPlan, SpreadStore } from './spread-store.ts';

/** Requests with smaller bodies are done before they are cut. */
const LEAST_BODY_BYTES = 256 * 1024;

export interface SpreaderParts {
  redis: RedisLink;
  ledger: JobLedger;
  store: SpreadStore;
  runner: Pick<JobRunner, 'run'>;
  speeds: MeasuredSpeeds;
  limits: RequestLimits;
  always: boolean;
  jobDeadlineMs: number;
  /** Of this replica, once it is known, and how many there are with it. */
  kernel(): Promise<{ name: string; shardCost: number; replicas: number }>;
  /** The queue of jobs, and that of parts for the kernel of this replica. */
  queue: WorkQueue;
  parts: WorkQueue;
}

/** A job as somebody has begun it. */
export interface Begun {
  id: string;
  attempt: number;
  record: JobRecord;
}

/** How a job is to be computed: whole, or by what its parts have given. */
export type Way =
  | {
      kind: 'whole';
      note: SpreadNote;
      /** Whether its answer says so, too: it was weighed, and one replica is better. */
      isAnswered: boolean;
      /** When the job has taken too long, by the clock in ms, if it was begun otherwise. */
      until?: number;
    }
  | { kind: 'parts'; plan: SpreadPlan; whole: Whole; done: Map<number, PartDone> }
  /** Others compute it: whoever has begun it throws this. */
  | { kind: 'waits'; error: Error };

export class Spreader {
  readonly #parts: SpreaderParts;

  constructor(parts: SpreaderParts) {
    this.#parts = parts;
  }

  /** How a job goes on: its parts are put into the queue if they are to be computed. */
  async wayOf(begun: Begun, work: TakenWork, signal: AbortSignal): Promise<Way> {
    const { store } = this.#parts;
    const { id, record } = begun;
    const outright = this.#outright(record);
    if (outright !== undefined) return whole(outright, false);
    const read = await patiently(signal, () => this.#read(id, record));
    if ('why' in read) return whole(read.why, false);
    const { name: kernel, ...circumstances } = await this.#parts.kernel();
    const known = await patiently(signal, () => store.plan(id));
    const planned = known ?? this.#plan(read, kernel, circumstances);
    if (!('kernel' in planned)) return whole(planned.why, true);
    if (known === undefined) await patiently(signal, () => store.keep(id, planned));
    const plan = (await patiently(signal, () => store.plan(id))) ?? planned;
    const { parts: done, fault } = await patiently(signal, () => store.done(id));
    if (fault !== undefined) return instead(plan, `a part of it could not be computed: ${fault}`);
    const open = plan.cut.parts.flatMap((_, index) => (done.has(index) ? [] : [index]));
    if (open.length === 0) {
      if (plan.cut.by !== 'keys' || plan.kernel === kernel) return { kind: 'parts', plan, whole: read, done };
      return instead(plan, 'its parts were computed by another kernel than is here to merge them');
    }
    if (plan.kernel !== kernel) return instead(plan, 'it was planned for another kernel');
    await patiently(signal, () => this.#add(begun, read, plan, open));
    const error = await work.awaitParts();
    // All of them are over meanwhile.
    return error === undefined ? await this.wayOf(begun, work, signal) : { kind: 'waits', error };
  }

  /** The answer that the parts make, as one machine gives it. @throws RequestError */
  async gather(
    { id, record }: Begun,
    { plan, whole: read, done }: Extract<Way, { kind: 'parts' }>,
    signal: AbortSignal,
  ): Promise<{ computed: Computed; note: SpreadNote }> {
    const { cut, kernel, expected } = plan;
    const all = [...done.values()];
    const note: SpreadNote = {
      ...{ parts: cut.parts.length, by: cut.by, why: expected },
      replicas: new Set(all.map(({ replica }) => replica)).size,
      bytesMoved: all.reduce((sum, { moved }) => sum + moved, 0),
    };
    if (cut.by !== 'keys') {
      const bytes = await this.#fill(id, gatherAnswer(read, kernel, note), { plan, done }, signal);
      return {
        note,
        computed: {
          ...{ contentType: 'application/vnd.safetensors', bytes: bytes.byteLength, pieces: [bytes] },
          giveBack: () => {},
        },
      };
    }
    const body = await this.#fill(id, gatherSplits(read, cut), { plan, done }, signal);
    const work = { ...workOf(record, body), merging: mergingOf(read, cut, note) };
    return { note, computed: await this.#parts.runner.run(work, signal, () => {}) };
  }

  /** What is left of it, when the job has ended. */
  async forget(id: string): Promise<void> {
    // What is not found now has a time of its own.
    await this.#parts.store.forget(id).catch(() => {});
  }

  #outright({ route, body_bytes: bytes }: JobRecord): string | undefined {
    if (route !== '/attention') return `requests of ${route} are not spread`;
    return bytes < LEAST_BODY_BYTES && !this.#parts.always ? 'its body is small' : undefined;
  }

  /** The request, as its head tells. @throws RequestError `sharing_unavailable` */
  async #read(
    id: string,
    { body_bytes: bodyBytes, content_type: contentType, accept }: JobRecord,
  ): Promise<Whole | NotSpread> {
    const { redis, ledger, speeds, limits } = this.#parts;
    // A header has a megabyte at most, and its length before it.
    const head = new Uint8Array(Math.min(bodyBytes, PIECE_BYTES + 8));
    const start = performance.now();
    await readRanges(redis, (piece) => ledger.keys.body(id, piece), [[0, head.byteLength]], { into: head });
    speeds.read(head.byteLength, performance.now() - start);
    return readWhole({ head, bodyBytes, contentType, accept }, limits);
  }

  #plan(
    read: Whole,
    kernel: string,
    { shardCost, replicas }: Pick<Circumstances, 'shardCost' | 'replicas'>,
  ): SpreadPlan | NotSpread {
    const { speeds, always, jobDeadlineMs } = this.#parts;
    const decided = decide(read, { shardCost, replicas, always, speeds: speeds.of(read.problem) });
    if (!('cut' in decided)) return decided;
    const { by, grid, parts } = decided.cut;
    const plain = parts.map(({ entries, heads, rows, keys, ...rest }) => {
      const pair = ([from, to]: readonly [number, number]): [number, number] => [from, to];
      return { ...rest, entries: pair(entries), heads: pair(heads), rows: pair(rows), keys: pair(keys) };
    });
    return { kernel, expected: decided.why, until: Date.now() + jobDeadlineMs, cut: { by, grid, parts: plain } };
  }

  /** Puts parts into their queue, as parts of the job in the other. */
  async #add({ id, attempt }: Begun, read: Whole, { cut, until }: SpreadPlan, open: readonly number[]): Promise<void> {
    const { parts, queue } = this.#parts;
    const { rows, keys } = cut.grid;
    for (const index of open) {
      const file = partFile(read, cut.parts[index], cut.by);
      if ('why' in file) throw new Error(`part ${index} was planned, but ${file.why}`);
      const task = writeTask({
        ...{ job: id, index, parts: cut.parts.length, attempt, until },
        ...{ head: Buffer.from(file.head).toString('base64'), ranges: file.ranges },
        ...{ grid: { rows, keys }, hasSomeKeys: cut.by === 'keys' },
      });
      await parts.add(partId(id, index), task, 0, { id, queue });
    }
  }

  async #fill(
    id: string,
    { head, bytes, targets }: Gathering,
    { plan, done }: { plan: SpreadPlan; done: Map<number, PartDone> },
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const into = new Uint8Array(new SharedArrayBuffer(bytes));
    into.set(head);
    for (const [index, part] of plan.cut.parts.entries()) {
      for (const { tensor, ranges } of targets(part)) {
        const [first] = done.get(index)?.tensors[tensor] ?? [];
        if (first === undefined) throw new RequestError('sharing_unavailable', 'a part of the job is gone from Redis');
        let from = first;
        for (const [start, end] of ranges) {
          const source = [from, from + end - start] as const;
          await patiently(signal, () => this.#parts.store.read(id, index, source, { into, at: start }));
          from += end - start;
        }
      }
    }
    return into;
  }
}

const whole = (why: string, isAnswered: boolean) => ({
  kind: 'whole' as const,
  note: { parts: 1 as const, why },
  isAnswered,
});

/** It is computed whole after all. */
const instead = ({ until }: SpreadPlan, why: string): Way => ({ ...whole(why, false), until });
