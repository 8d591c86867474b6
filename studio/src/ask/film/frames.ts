import { bytesOf, type Frame, type StepName } from './frame.ts';

/**
 * The frames that are kept, so that going back to them needs no service.
 * Invariant: together they have at most `budget` bytes, but that one is always kept; those that were not looked at for the
 * longest time go first.
 */
export class Frames {
  readonly #budget: number;
  /** In the order in which they were last looked at. */
  readonly #frames = new Map<number, Frame>();
  /** By head and name, so that what belongs to one picture is found at once. */
  readonly #places = new Map<string, Map<number, Frame>>();
  #bytes = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#frames.size;
  }

  /** All of them, in no order, and none counts as looked at. */
  all(): Iterable<Frame> {
    return this.#frames.values();
  }

  /** Whether one more would drive another away. */
  hasRoomFor(frame: Frame): boolean {
    return this.#bytes + bytesOf(frame) <= this.#budget;
  }

  has(seq: number): boolean {
    return this.#frames.has(seq);
  }

  get(seq: number): Frame | undefined {
    const frame = this.#frames.get(seq);
    if (frame !== undefined) this.#touch(frame);
    return frame;
  }

  put(frame: Frame): void {
    this.#drop(frame.seq);
    for (const [oldest] of this.#frames) {
      if (this.hasRoomFor(frame)) break;
      this.#drop(oldest);
    }
    this.#frames.set(frame.seq, frame);
    this.#bytes += bytesOf(frame);
    const place = placeOf(frame);
    const there = this.#places.get(place) ?? new Map<number, Frame>();
    this.#places.set(place, there.set(frame.seq, frame));
  }

  /** Those of a head and a name up to a step, in their order. */
  upTo(seq: number, head: number, name: StepName): Frame[] {
    const there = this.#places.get(placeOf({ head, name }))?.values() ?? [];
    const found = [...there].filter((frame) => frame.seq <= seq).sort((a, b) => a.seq - b.seq);
    for (const frame of found) this.#touch(frame);
    return found;
  }

  /** How many of them there are. */
  countUpTo(seq: number, head: number, name: StepName): number {
    let count = 0;
    for (const known of this.#places.get(placeOf({ head, name }))?.keys() ?? []) if (known <= seq) count++;
    return count;
  }

  /** The last of them. */
  last(seq: number, head: number, name: StepName): Frame | undefined {
    let last: Frame | undefined;
    for (const frame of this.#places.get(placeOf({ head, name }))?.values() ?? []) {
      if (frame.seq <= seq && frame.seq > (last?.seq ?? 0)) last = frame;
    }
    return last;
  }

  #touch(frame: Frame): void {
    this.#frames.delete(frame.seq);
    this.#frames.set(frame.seq, frame);
  }

  #drop(seq: number): void {
    const frame = this.#frames.get(seq);
    if (frame === undefined) return;
    this.#frames.delete(seq);
    this.#bytes -= bytesOf(frame);
    this.#places.get(placeOf(frame))?.delete(seq);
  }
}

const placeOf = ({ head, name }: Pick<Frame, 'head' | 'name'>) => `${head} ${name}`;
