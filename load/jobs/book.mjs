// What is seen of each job, from its post to a while after its end.
//
// Whether a job ended twice is seen in three ways. A replica publishes `<id> done` (or another end) on the channel of news only
// after the one step in Redis that ends a job has told it that it was the one: two such messages are two ends. A message may be
// lost with a replica or with Redis, so there may be too few of them, never too many. Then all that is said of a job after its
// end, by whichever replica in answer to GET and in callbacks, is one and the same: state, time of the end, attempts, bytes.
// And its result is fetched twice, the second time later than a replica that was taken for dead would still compute it.
import { Redis } from 'ioredis';

const ENDS = ['done', 'failed', 'cancelled'];

export class Book {
  /** By index of the post: request, id, when its end was first seen, prints of its result. */
  jobs = [];
  #said = new Map();
  #news = new Map();
  #ids = new Set();
  #link;
  #ttlMs;

  /** @param redis whose news are heard; @param channel where; @param ttlMs how long jobs are kept */
  constructor(redis, channel, ttlMs) {
    this.#ttlMs = ttlMs;
    this.#link = new Redis(redis.url, { maxRetriesPerRequest: null });
    this.#link.on('error', () => {});
    this.#link.subscribe(channel).catch(() => {});
    this.#link.on('message', (_, message) => {
      const [id, what] = message.split(' ');
      this.#ids.add(id);
      if (ENDS.includes(what)) this.#news.set(id, (this.#news.get(id) ?? 0) + 1);
    });
  }

  posted(index, request, ids) {
    this.jobs[index] = { index, request, id: ids[0], ids: new Set(ids), prints: [] };
  }

  /** What a replica or a message says of a job. @returns whether it has ended */
  heard({ job, state, ended_at, attempts, result, problem, spread }) {
    if (!ENDS.includes(state)) return false;
    this.#ids.add(job);
    const words = JSON.stringify({ state, ended_at, attempts, bytes: result?.bytes, code: problem?.code, spread });
    const said = this.#said.get(job) ?? new Set();
    this.#said.set(job, said.add(words));
    return true;
  }

  /** A job is not there; that is right if its end is longer ago than jobs are kept. */
  gone(job, status) {
    const [end] = this.said(job.id);
    job.gone = status;
    job.isExpired = status === 404 && end !== undefined && Date.now() - Date.parse(end.ended_at) >= this.#ttlMs;
  }

  /** Ids of jobs that ended more than once. */
  endedTwice() {
    const twice = [...this.#news].filter(([, times]) => times > 1).map(([id]) => id);
    const differently = [...this.#said].filter(([, words]) => words.size > 1).map(([id]) => id);
    return [...new Set([...twice, ...differently])];
  }

  /** Jobs that were heard of, and that no post was answered with. */
  strangers() {
    const known = new Set(this.jobs.flatMap(({ ids }) => [...ids]));
    return [...this.#ids].filter((id) => !known.has(id));
  }

  /** Messages of ends that were heard. */
  get newsOfEnds() {
    return [...this.#news.values()].reduce((sum, times) => sum + times, 0);
  }

  said(id) {
    return [...(this.#said.get(id) ?? [])].map((words) => JSON.parse(words));
  }

  close() {
    this.#link.disconnect();
  }
}
