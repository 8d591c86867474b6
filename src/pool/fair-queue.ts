/** Someone who waits for threads; a request, in practice. */
export interface Flow {
  /** Whether it has a piece of work that could start now; `long` = one that cannot be interrupted for many ms. */
  readonly wants: 'nothing' | 'slice' | 'long';
  /** Whether it takes so long anyway that nobody needs to hurry for it. */
  readonly isLarge?: boolean;
  /** Shared by flows that serve the same one: what all of them have had counts for each, so that many are no more than one. */
  readonly account?: Account;
}

/** Thread time in ms, on the scale of the queue. */
export interface Account {
  served: number;
}

/**
 * Large flows take turns in grains of so many ms of thread time, and are equal within one, so that the first to come is the
 * first to end. Shared more finely they would all end at once, and the threads would wait while all of the next ones arrive.
 */
export const GRAIN_MS = 25;

export interface Choice<F extends Flow> {
  welcome?: (flow: F) => boolean;
  busy?: (flow: F) => boolean;
}

interface Place<F extends Flow> {
  flow: F;
  /** Thread time that this flow has had, in ms, counted from what the least served one had when it came. */
  served: number;
  /** Pieces that it has been given. */
  turns: number;
  /** When it last got a thread, as a count of all turns, and the time before that. */
  lastTurn: number;
  turnBefore: number;
}

/**
 * Who shares the threads: nobody but one flow, several large ones, others that have had turns before, or somebody small who
 * waits for the first turn and may need only one.
 */
export type Crowd = 'one' | 'large' | 'others' | 'newcomer';

/** One turn in so many goes to whoever has waited longest, so that a flood of newcomers starves nobody. */
const PATIENCE = 8;
/** How far an account may set a newcomer back, in ms: some slices, so that nobody pays for a time when nobody waited. */
const MOST_DEBT_MS = 50;

/**
 * Shares threads between flows: the next turn goes to the flow that has had the least thread time, a newcomer first among
 * equals, so that a tiny request waits only for slices that run already, however much work came before it.
 *
 * Invariant: the order of equals is the order of their arrival; a flow that wants nothing is skipped and loses nothing.
 */
export class FairQueue<F extends Flow> {
  readonly #places = new Map<F, Place<F>>();
  #turns = 0;

  get size(): number {
    return this.#places.size;
  }

  add(flow: F): void {
    let least = Number.POSITIVE_INFINITY;
    for (const place of this.#places.values()) least = Math.min(least, place.served);
    const base = Number.isFinite(least) ? least : 0;
    const served = Math.min(base + MOST_DEBT_MS, Math.max(base, flow.account?.served ?? 0));
    this.#places.set(flow, { flow, served, turns: 0, lastTurn: this.#turns, turnBefore: this.#turns });
  }

  remove(flow: F): void {
    this.#places.delete(flow);
  }

  /** Thread time that a flow has used, in ms. */
  charge(flow: F, ms: number): void {
    const place = this.#places.get(flow);
    if (place === undefined) return;
    place.served += ms;
    if (flow.account !== undefined) flow.account.served = Math.max(flow.account.served, place.served);
  }

  /** A flow did not get the turn that it was given. */
  giveTurnBack(flow: F): void {
    const place = this.#places.get(flow);
    if (place === undefined) return;
    place.turns--;
    // A turn of patience comes again as well.
    place.lastTurn = place.turnBefore;
    this.#turns--;
  }

  /** Who shares the threads, once `next` has given all of them that are free. */
  get crowd(): Crowd {
    let areLarge = true;
    for (const { flow, turns } of this.#places.values()) {
      if (flow.isLarge === true) continue;
      if (turns === 0 && flow.wants !== 'nothing') return 'newcomer';
      areLarge = false;
    }
    if (this.#places.size <= 1) return 'one';
    return areLarge ? 'large' : 'others';
  }

  /**
   * The flow whose turn it is, or none that wants anything (that may be started: long pieces only if `mayBeLong`). When it
   * is not one of those that are `welcome`, it keeps its turn, and nobody gets one; those that are `busy` are passed over.
   */
  next(mayBeLong: boolean, { welcome = () => true, busy = () => false }: Choice<F> = {}): F | undefined {
    const patient = (this.#turns + 1) % PATIENCE === 0;
    let best: Place<F> | undefined;
    for (const place of this.#places.values()) {
      const { wants } = place.flow;
      if (wants === 'nothing' || (wants === 'long' && !mayBeLong) || busy(place.flow)) continue;
      if (best === undefined || (patient ? place.lastTurn < best.lastTurn : comesBefore(place, best))) best = place;
      // Nobody can come before a small flow's first turn at the least service; floods of tiny requests are decided at once.
      if (!patient && best.turns === 0 && best.served === 0 && best.flow.isLarge !== true) break;
    }
    if (best === undefined || !welcome(best.flow)) return undefined;
    best.turns++;
    best.turnBefore = best.lastTurn;
    best.lastTurn = ++this.#turns;
    return best.flow;
  }
}

/** What counts of the thread time that a flow has had. */
function rankOf<F extends Flow>({ flow, served }: Place<F>): number {
  return flow.isLarge === true ? served - (served % GRAIN_MS) : served;
}

function comesBefore<F extends Flow>(a: Place<F>, b: Place<F>): boolean {
  const [mine, theirs] = [rankOf(a), rankOf(b)];
  if (mine !== theirs) return mine < theirs;
  if (a.flow.isLarge === true || b.flow.isLarge === true) return b.flow.isLarge === true && a.flow.isLarge !== true;
  return a.turns === 0 && b.turns > 0;
}
