/** The names of what jobs are in Redis. Ids are UUIDs of our own, and names of keys SHA-256: nothing that was sent is part of one. */
import type { RedisLink } from '../../redis/redis-link.ts';

export class JobKeys {
  /** Expiry of all that are kept, by id. */
  readonly kept: string;
  /** Bytes that each holds, by id, and all together. */
  readonly sizes: string;
  readonly held: string;
  /** When those that have not ended were last heard of, by id. */
  readonly live: string;
  /** Jobs of each owner that have not ended. */
  readonly owners: string;
  /** The last turn of each of them, and the turn that is begun now. */
  readonly turns: string;
  /** Turns of those that are not begun, by id. */
  readonly waiting: string;
  /** Those whose end is to be told, by id, since when. */
  readonly untold: string;
  /** Replicas that compute jobs, with how many at once, by when they were last heard of. */
  readonly replicas: string;
  /** How long jobs take, in ms. */
  readonly pace: string;
  /** What BullMQ's queues begin with. */
  readonly queues: string;
  /** What the names of single jobs begin with. */
  readonly each: string;

  readonly #spreaders: string;

  constructor(redis: Pick<RedisLink, 'key'>) {
    const of = (name: string) => redis.key('jobs', name);
    this.kept = of('kept');
    this.sizes = of('sizes');
    this.held = of('held');
    this.live = of('live');
    this.owners = of('owners');
    this.turns = of('turns');
    this.waiting = of('waiting');
    this.untold = of('untold');
    this.replicas = of('replicas');
    this.pace = of('pace');
    this.#spreaders = of('spreaders');
    this.queues = redis.key('jobs');
    this.each = `${of('job')}:`;
  }

  job(id: string): string {
    return this.each + id;
  }

  body(id: string, piece: number): string {
    return `${this.each}${id}:body:${piece}`;
  }

  /** Of an attempt: two may be computed at once, by kernels that differ in the last bit. */
  result(id: string, attempt: number, piece: number): string {
    return `${this.each}${id}:result:${attempt}:${piece}`;
  }

  /** How a job is spread, which of its parts are done, and what one of them gave. */
  spread(id: string): string {
    return `${this.each}${id}:spread`;
  }

  parts(id: string): string {
    return `${this.each}${id}:parts`;
  }

  part(id: string, index: number, piece: number): string {
    return `${this.each}${id}:part:${index}:${piece}`;
  }

  /** Replicas that take parts for a kernel, by when they were last heard of. */
  spreaders(kernel: string): string {
    return `${this.#spreaders}:${kernel}`;
  }

  idempotency(name: string): string {
    return `${this.each}key:${name}`;
  }
}
