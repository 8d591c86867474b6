/** Jobs as server-sent events: what each is at once, then what changes, until its end. */
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { RequestError } from '../../errors.ts';
import { hasEnded, type Job } from '../../jobs/job.ts';
import { documentOf, progressOf } from '../../jobs/job-document.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { problemOf, type Recipient } from '../../problem-document.ts';
import { eventText } from '../../stream/event.ts';
import { eventHead } from './event-head.ts';

/** Which job is shown, and to whom. */
interface Shown {
  job: Job;
  owner: string;
  recipient: Recipient;
}

/** So often is looked, whether or not anybody has told that there is something new. */
const LOOK_MS = 2000;
/** Who leaves so much unread reads nothing. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** When a reader that lost its connection comes back, in ms. */
const RETRY_MS = 1000;
/** The id of events after which there are no others. */
const END = 'ended';

export class JobEvents {
  readonly #jobs: Jobs;
  readonly #limits: { maxViewers: number; streamHeartbeatMs: number };
  readonly #open = new Set<Reader>();

  constructor(jobs: Jobs, limits: { maxViewers: number; streamHeartbeatMs: number }) {
    this.#jobs = jobs;
    this.#limits = limits;
  }

  /** Whether a reader has seen the last event that there will be. */
  static hasSeenEnd(lastEventId: string | string[] | undefined): boolean {
    return lastEventId === END;
  }

  /** Takes the answer over. @throws RequestError `saturated` */
  follow(shown: Shown, reply: FastifyReply): void {
    const { maxViewers, streamHeartbeatMs } = this.#limits;
    if (this.#open.size >= maxViewers) {
      throw new RequestError('saturated', `${maxViewers} readers follow jobs, which is the limit`, {
        limit: 'MAX_VIEWERS',
      });
    }
    const response = eventHead(reply);
    reply.hijack();
    // Who left while its ticket or token was looked at would be watching for ever.
    if (response.destroyed) return;
    const reader = new Reader(shown, response, this.#jobs, streamHeartbeatMs);
    this.#open.add(reader);
    response.once('close', () => {
      this.#open.delete(reader);
      reader.close();
    });
  }

  /** Ends all; readers come back, to others. */
  close(): void {
    for (const reader of this.#open) reader.end();
  }
}

/** One reader. Invariant: `#told` is what it was told last. */
class Reader {
  readonly #shown: Shown;
  readonly #response: ServerResponse;
  readonly #jobs: Jobs;
  readonly #stopWatching: () => void;
  readonly #timers: readonly NodeJS.Timeout[];
  #told: Job;
  #isLooking = false;
  #isNews = false;

  constructor(shown: Shown, response: ServerResponse, jobs: Jobs, heartbeatMs: number) {
    this.#shown = shown;
    this.#response = response;
    this.#jobs = jobs;
    this.#told = shown.job;
    this.#stopWatching = jobs.watch(shown.job.id, () => void this.#look());
    this.#timers = [
      setInterval(() => void this.#look(), LOOK_MS),
      setInterval(() => this.#write(Buffer.from(': still here\n\n')), heartbeatMs),
    ];
    response.writeHead(200);
    this.#tell(shown.job, RETRY_MS);
    // What has happened since it was looked up.
    if (!hasEnded(shown.job.state)) void this.#look();
  }

  close(): void {
    this.#stopWatching();
    for (const timer of this.#timers) clearInterval(timer);
  }

  end(): void {
    this.close();
    this.#response.end();
  }

  /** One look at a time; what is told meanwhile is looked at after it. */
  async #look(): Promise<void> {
    this.#isNews = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#isNews && !this.#response.writableEnded) {
      this.#isNews = false;
      await this.#lookOnce();
    }
    this.#isLooking = false;
  }

  async #lookOnce(): Promise<void> {
    const { job, owner, recipient } = this.#shown;
    try {
      const now = await this.#jobs.find(job.id, owner);
      if (this.#response.writableEnded) return;
      const { state, attempts, shardsDone, shardsTotal } = this.#told;
      if (now.state !== state || now.attempts !== attempts) this.#tell(now);
      else if (now.shardsDone !== shardsDone || now.shardsTotal !== shardsTotal) {
        this.#write(eventText({ event: 'progress', id: now.state, data: progressOf(now) }));
      }
      this.#told = now;
    } catch (error) {
      // Redis may be back at the next look.
      if (!(error instanceof RequestError) || error.status === 503) return;
      this.#write(eventText({ event: 'problem', id: END, data: problemOf(error, recipient) }));
      this.end();
    }
  }

  #tell(job: Job, retryMs?: number): void {
    const data = documentOf(job, this.#jobs.isDurable, this.#shown.recipient);
    const isOver = hasEnded(job.state);
    this.#write(eventText({ event: isOver ? END : 'state', id: isOver ? END : job.state, data, retryMs }));
    if (isOver) this.end();
  }

  #write(bytes: Buffer): void {
    if (this.#response.writableEnded) return;
    if (this.#response.writableLength > MOST_UNREAD_BYTES) this.#response.destroy();
    else this.#response.write(bytes);
  }
}
