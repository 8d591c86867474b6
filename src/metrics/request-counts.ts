/** What is counted of every request, in plain numbers: the tiny lane has no time for more. */
import type { ErrorCode } from '../errors.ts';
import type { Timings } from '../requests/request.ts';
import { Buckets } from './buckets.ts';

/** Why a client did not get what it came for, without a problem document. */
const DROPS = ['client_gone', 'answer_cut', 'too_many_connections'] as const;
type Drop = (typeof DROPS)[number];

/** A request that is over. */
export interface CountedRequest {
  /** The pattern of its route; null where there is none. */
  route: string | null;
  method: string | null;
  /** That its client got. */
  status: number;
  /** How much of its answer went out. */
  sent: 'all' | 'part' | 'nothing';
  ms: number;
  bytesIn: number;
  bytesOut: number;
  code?: ErrorCode | undefined;
  /** The variable whose limit it hit. */
  limit?: string | undefined;
  /** Of one that was computed. */
  timings?: Timings | undefined;
}

/** Requests of one route and method. */
interface RouteCounts {
  readonly route: string;
  readonly method: string;
  readonly statuses: Map<number, number>;
  readonly seconds: Buckets;
  /** Bytes of bodies that were read into tensors or texts, and of answers that were written from them. */
  decodedBytes: number;
  encodedBytes: number;
}

/** What stands for a route, or its method, that is not known: names from outside would be without bound. */
export const UNKNOWN = 'none';
/** A connection that became a WebSocket, whose time tells nothing of the service. */
const SWITCHED = 101;

/** Invariant: keys are patterns of routes, methods that lead to them, statuses, codes and names of variables. */
export class RequestCounts {
  readonly problems = new Map<ErrorCode, number>();
  readonly limits = new Map<string, number>();
  readonly drops = new Map<Drop, number>(DROPS.map((why) => [why, 0]));
  readonly phases = { decode: new Buckets(), queue: new Buckets(), compute: new Buckets(), encode: new Buckets() };
  readonly #routes = new Map<string, Map<string, RouteCounts>>();

  get routes(): RouteCounts[] {
    return [...this.#routes.values()].flatMap((methods) => [...methods.values()]);
  }

  note({ route, method, status, sent, ms, bytesIn, bytesOut, code, limit, timings }: CountedRequest): void {
    const counts = this.#of(route ?? UNKNOWN, route === null || method === null ? UNKNOWN : method);
    addTo(counts.statuses, status);
    if (status !== SWITCHED) counts.seconds.add(ms / 1000);
    if (timings !== undefined) {
      const { decode, queue, compute, encode } = this.phases;
      decode.add(timings.decode / 1000);
      // What is answered by the thread that received it has not waited.
      if (timings.queue > 0) queue.add(timings.queue / 1000);
      compute.add(timings.compute / 1000);
      encode.add(timings.encode / 1000);
      counts.decodedBytes += bytesIn;
      counts.encodedBytes += bytesOut;
    }
    if (code !== undefined) addTo(this.problems, code);
    if (limit !== undefined) addTo(this.limits, limit);
    if (sent !== 'all') this.dropped(sent === 'part' ? 'answer_cut' : 'client_gone');
  }

  dropped(why: Drop): void {
    addTo(this.drops, why);
  }

  hit(limit: string): void {
    addTo(this.limits, limit);
  }

  #of(route: string, method: string): RouteCounts {
    let methods = this.#routes.get(route);
    if (methods === undefined) {
      methods = new Map();
      this.#routes.set(route, methods);
    }
    let counts = methods.get(method);
    if (counts === undefined) {
      counts = { route, method, statuses: new Map(), seconds: new Buckets(), decodedBytes: 0, encodedBytes: 0 };
      methods.set(method, counts);
    }
    return counts;
  }
}

function addTo<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
