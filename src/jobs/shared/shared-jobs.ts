/** Jobs in a Redis that replicas share: each takes them, each can be asked, and any of them computes one. */
import { randomUUID } from 'node:crypto';
import { RequestError } from '../../errors.ts';
import type { RedisLink } from '../../redis/redis-link.ts';
import { fingerprintOf, keyName } from '../fingerprint.ts';
import { hasEnded, type Job, type JobOrder, type JobResult } from '../job.ts';
import type { JobCounts } from '../job-counts.ts';
import { keyReused, notFound, resultRefusal, tooManyJobs } from '../job-faults.ts';
import type { Jobs, Taken } from '../jobs.ts';
import { Watchers } from '../watchers.ts';
import type { CallbackQueue } from './callback-queue.ts';
import { dropPieces, piecesOf, readPieces, writePieces } from './job-bytes.ts';
import type { JobLedger, Order } from './job-ledger.ts';
import type { JobNews } from './job-news.ts';
import { type JobRecord, jobOf } from './job-record.ts';
import type { JobTaker } from './job-taker.ts';
import type { ResultFiles } from './result-files.ts';
import type { Upkeep } from './upkeep.ts';
import type { WorkQueue } from './work-queue.ts';

export interface SharedParts {
  redis: RedisLink;
  ledger: JobLedger;
  queue: WorkQueue;
  taker: JobTaker;
  callbacks: CallbackQueue;
  news: JobNews;
  upkeep: Upkeep;
  files: ResultFiles | undefined;
  counts: JobCounts;
}

export class SharedJobs implements Jobs {
  readonly isDurable = true;
  readonly counts: JobCounts;
  readonly #parts: SharedParts;
  readonly #watchers = new Watchers();

  constructor(parts: SharedParts) {
    this.#parts = parts;
    this.counts = parts.counts;
    parts.news.hear((id) => this.#watchers.tell(id));
    parts.redis.onBack(() => this.#watchers.tellAll());
  }

  async take(order: JobOrder): Promise<Taken> {
    const { ledger, redis } = this.#parts;
    const id = randomUUID();
    const key = order.idempotencyKey;
    const asked: Order = {
      ...{ id, order, fingerprint: await fingerprintOf(order) },
      keyName: key === undefined ? undefined : keyName(order.owner, key),
    };
    let place = await ledger.take(asked, 'reserve');
    if (place.kind === 'room') {
      const nameOf = (piece: number) => ledger.keys.body(id, piece);
      try {
        await writePieces(redis, nameOf, [order.body]);
        place = await ledger.take(asked, 'take');
      } finally {
        // Also where Redis was full in the middle: it would stay so.
        if (place.kind !== 'new') {
          await dropPieces(redis, nameOf, piecesOf(order.body.byteLength)).catch(() => {});
          await ledger.release(id).catch(() => {});
        }
      }
    }
    if (place.kind === 'reused') throw keyReused();
    if (place.kind === 'full') throw tooManyJobs(place.limit);
    const isNew = place.kind === 'new';
    const taken = place.kind === 'known' ? place.id : id;
    // Whoever came first may not have got as far as this: the same id twice is one.
    await this.#enqueue(taken, order.owner);
    return { job: await this.find(taken, order.owner), isNew };
  }

  async find(id: string, owner: string): Promise<Job> {
    return await this.#told(id, await this.#of(id, owner));
  }

  async result(id: string, owner: string): Promise<JobResult> {
    const { redis, ledger, files } = this.#parts;
    const record = await this.#of(id, owner);
    const refusal = resultRefusal(await this.#told(id, record));
    if (refusal !== undefined) throw refusal;
    const { result_type = '', result_bytes = 0, result_attempt = 0, result_pieces = 0, result_in } = record;
    const nameOf = (piece: number) => ledger.keys.result(id, result_attempt, piece);
    const pieces =
      result_in !== 'file'
        ? await begun(readPieces(redis, nameOf, result_pieces))
        : await filesOf(files).read(id, result_attempt);
    return { contentType: result_type, bytes: result_bytes, pieces };
  }

  async remove(id: string, owner: string): Promise<void> {
    const { ledger, queue, files, news, callbacks, taker } = this.#parts;
    const { what, file } = await ledger.remove(id, owner);
    if (what === '') throw notFound();
    if (file !== '') await files?.remove(file);
    if (what === 'cancelled') {
      this.counts.ended.cancelled++;
      // Whoever finds it in the queue would see that it has ended; all the better if nobody does.
      await queue.remove(id).catch(() => false);
      await callbacks.tell(id).catch(() => {});
      await taker.forgetParts(id);
    }
    await news.tell(id, what);
  }

  watch(id: string, onChange: () => void): () => void {
    return this.#watchers.add(id, onChange);
  }

  async close(): Promise<void> {
    const { taker, callbacks, upkeep } = this.#parts;
    await upkeep.close();
    await Promise.all([taker.close(), callbacks.close()]);
  }

  async #enqueue(id: string, owner: string): Promise<void> {
    const { ledger, queue, news } = this.#parts;
    const record = await ledger.read(id);
    if (record === undefined || record.owner !== owner || hasEnded(record.state)) return;
    await queue.add(id, {}, record.turn);
    await ledger.queued(id);
    await news.tell(id, 'queued');
  }

  async #of(id: string, owner: string): Promise<JobRecord> {
    const record = await this.#parts.ledger.read(id);
    if (record?.owner !== owner) throw notFound();
    return record;
  }

  async #told(id: string, record: JobRecord): Promise<Job> {
    const { queue, ledger, upkeep } = this.#parts;
    const expiresAt = await ledger.expiryOf(id);
    if (record.state === 'running') {
      const spentMs = Date.now() - (record.started ?? record.created);
      const progress = { shardsDone: record.shards_done, shardsTotal: record.shards_total };
      return jobOf(id, record, { expiresAt, estimateMs: upkeep.pace.ofRunning(spentMs, progress) });
    }
    if (record.state !== 'queued') return jobOf(id, record, { expiresAt });
    const place = (await queue.placeOf(id)) ?? 0;
    return jobOf(id, record, { expiresAt, place, estimateMs: upkeep.pace.ofQueued(place, upkeep.atOnce) });
  }
}

function filesOf(files: ResultFiles | undefined): ResultFiles {
  if (files !== undefined) return files;
  throw new RequestError('sharing_unavailable', 'the result is a file, and this replica has no RESULTS_DIR');
}

/** The same pieces, the first of which is there: what is wrong with them is told while something else can be answered. */
async function begun(pieces: AsyncGenerator<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const first = await pieces.next();
  return (async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* pieces;
  })();
}
