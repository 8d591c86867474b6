/** What is kept in Redis of a job that is spread: its plan, which parts are done, and what these gave. */
import { z } from 'zod';
import { readHeader } from '../../../codec/safetensors-header.ts';
import type { RedisLink } from '../../../redis/redis-link.ts';
import type { ByteRange } from '../../../spread/placed.ts';
import { inPieces, piecesOf } from '../job-bytes.ts';
import type { JobKeys } from '../job-keys.ts';
import { readRanges } from './byte-ranges.ts';

const range = z.tuple([z.number(), z.number()]);
const planSchema = z.object({
  /** Of the replica that planned it, and of all that compute its parts. */
  kernel: z.string().regex(/^[a-z0-9-]{1,32}$/),
  /** What was expected of it, in words. */
  expected: z.string(),
  /** When it has taken too long, by the clock in ms. */
  until: z.number(),
  cut: z.object({
    by: z.enum(['heads', 'rows', 'keys']),
    grid: z.object({ rows: z.number(), keys: z.number(), splits: z.number() }),
    parts: z.array(
      z.object({ entries: range, heads: range, rows: range, keys: range, split: z.number(), cost: z.number() }),
    ),
  }),
});
export type SpreadPlan = z.output<typeof planSchema>;

const doneSchema = z.object({
  /** Bytes that it has read and written. */
  moved: z.number(),
  /** The replica that has computed it. */
  replica: z.string(),
  /** Where the tensors of its answer lie in that. */
  tensors: z.record(z.string(), range),
});
export type PartDone = z.output<typeof doneSchema>;

/** The field of what went wrong, beside those of parts. */
const FAULT = 'fault';

export class SpreadStore {
  readonly #redis: RedisLink;
  readonly #keys: JobKeys;
  readonly #ttlMs: number;

  /** @param ttlMs how long all of it is kept, whatever happens */
  constructor(redis: RedisLink, keys: JobKeys, ttlMs: number) {
    this.#redis = redis;
    this.#keys = keys;
    this.#ttlMs = ttlMs;
  }

  async plan(id: string): Promise<SpreadPlan | undefined> {
    const text = await this.#redis.ask((client) => client.get(this.#keys.spread(id)));
    return text === null ? undefined : planSchema.parse(JSON.parse(text));
  }

  /** Keeps a plan, unless somebody else has planned it meanwhile. */
  async keep(id: string, plan: SpreadPlan): Promise<void> {
    const text = JSON.stringify(plan);
    await this.#redis.ask((client) => client.set(this.#keys.spread(id), text, 'PX', this.#ttlMs, 'NX'));
  }

  /** The parts that are done, by their numbers, and why another has failed, if one has. */
  async done(id: string): Promise<{ parts: Map<number, PartDone>; fault: string | undefined }> {
    const { [FAULT]: fault, ...parts } = await this.#redis.ask((client) => client.hgetall(this.#keys.parts(id)));
    const read = Object.entries(parts).map(
      ([index, text]) => [Number(index), doneSchema.parse(JSON.parse(text))] as const,
    );
    return { parts: new Map(read), fault };
  }

  async failed(id: string, why: string): Promise<void> {
    await this.#put(id, FAULT, why);
  }

  /** Keeps what a part has answered, a safetensors file; it is done when this resolves. @returns how many are */
  async write(id: string, index: number, file: Uint8Array, about: { read: number; replica: string }): Promise<number> {
    let piece = 0;
    for (const bytes of inPieces([file])) {
      const name = this.#keys.part(id, index, piece++);
      await this.#redis.ask((client) => client.set(name, bytes, 'PX', this.#ttlMs));
    }
    const tensors = Object.fromEntries(readHeader(file).entries.map(({ name, start, end }) => [name, [start, end]]));
    const done = { moved: about.read + file.byteLength, replica: about.replica, tensors };
    return await this.#put(id, String(index), JSON.stringify(done));
  }

  /** Reads bytes of what a part has answered. @throws RequestError `sharing_unavailable` */
  async read(id: string, index: number, range: ByteRange, target: { into: Uint8Array; at: number }): Promise<void> {
    await readRanges(this.#redis, (piece) => this.#keys.part(id, index, piece), [range], target);
  }

  /** Lets go of all of it, once nobody needs it any more. */
  async forget(id: string): Promise<void> {
    const { parts } = await this.done(id);
    const pieces = [...parts].flatMap(([index, { tensors }]) => {
      const end = Math.max(0, ...Object.values(tensors).map((tensor) => tensor[1]));
      return Array.from({ length: piecesOf(end) }, (_, piece) => this.#keys.part(id, index, piece));
    });
    const names = [this.#keys.spread(id), this.#keys.parts(id), ...pieces];
    await this.#redis.ask((client) => client.unlink(...names));
  }

  async #put(id: string, field: string, text: string): Promise<number> {
    const name = this.#keys.parts(id);
    const answers = await this.#redis.ask((client) =>
      client.multi().hset(name, field, text).pexpire(name, this.#ttlMs).hlen(name).exec(),
    );
    return Number(answers?.[2]?.[1] ?? 0);
  }
}
