import { describe, expect, it } from 'vitest';
import { FairQueue, type Flow } from '../../src/pool/fair-queue.ts';

const flow = (wants: Flow['wants'] = 'slice') => ({ wants }) as { wants: Flow['wants'] };

/** Gives `turns` turns of `ms` each and returns who had them. */
function turns<F extends Flow>(queue: FairQueue<F>, count: number, ms: (flow: F) => number): (F | undefined)[] {
  return Array.from({ length: count }, () => {
    const next = queue.next(true);
    if (next !== undefined) queue.charge(next, ms(next));
    return next;
  });
}

describe('the fair queue', () => {
  it('serves equals in the order of their arrival', () => {
    const queue = new FairQueue<Flow>();
    const [a, b, c] = [flow(), flow(), flow()];
    for (const f of [a, b, c]) queue.add(f);
    expect(turns(queue, 3, () => 2)).toEqual([a, b, c]);
  });

  it('lets a newcomer go before all that were served already, however many wait', () => {
    const queue = new FairQueue<Flow>();
    const old = Array.from({ length: 100 }, () => flow());
    for (const f of old) queue.add(f);
    turns(queue, 250, () => 2);
    const newcomer = flow();
    queue.add(newcomer);
    // At most the one turn in eight that goes to patience comes between.
    expect(turns(queue, 2, () => 2)).toContain(newcomer);
  });

  it('keeps a turn for whoever is not welcome now', () => {
    const queue = new FairQueue<Flow>();
    const [a, b] = [flow(), flow()];
    for (const f of [a, b]) queue.add(f);
    expect(queue.next(true, { welcome: (f) => f !== a })).toBeUndefined();
    expect(turns(queue, 2, () => 2)).toEqual([a, b]);
  });

  it('lets whoever gives a turn back be a newcomer again', () => {
    const queue = new FairQueue<Flow>();
    const [a, b] = [flow(), flow()];
    for (const f of [a, b]) queue.add(f);
    expect(queue.next(true)).toBe(a);
    queue.giveTurnBack(a);
    expect(queue.next(true)).toBe(a);
    expect(queue.next(true)).toBe(b);
  });

  it('gives a turn of patience again that was given back', () => {
    const queue = new FairQueue<Flow>();
    const [waiting, busy] = [flow(), flow()];
    for (const f of [waiting, busy]) queue.add(f);
    queue.charge(waiting, 1000);
    // Seven turns go to the other, which has had less; the eighth is that of whoever has waited longest.
    expect(turns(queue, 7, () => 1)).toEqual(Array(7).fill(busy));
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(queue.next(true)).toBe(waiting);
      queue.giveTurnBack(waiting);
    }
    expect(queue.next(true)).toBe(waiting);
    expect(queue.next(true)).toBe(busy);
  });

  it('lets the first of equal large flows end first, and small ones go before them', () => {
    const queue = new FairQueue<Flow>();
    const [a, b, small]: Flow[] = [{ wants: 'slice', isLarge: true }, { wants: 'slice', isLarge: true }, flow()];
    queue.add(a);
    queue.add(b);
    // Turn 8 would be that of patience.
    expect(turns(queue, 3, () => 8)).toEqual([a, a, a]);
    queue.add(small);
    expect(turns(queue, 1, () => 1)).toEqual([small]);
    queue.remove(small);
    // What is beyond a grain of 25 ms comes after who has had none.
    expect(turns(queue, 2, () => 8)).toEqual([a, b]);
  });

  it('lets a small newcomer go before large ones that have had no turn yet, either', () => {
    const queue = new FairQueue<Flow>();
    queue.add({ wants: 'slice', isLarge: true });
    queue.add({ wants: 'slice', isLarge: true });
    const small = flow();
    queue.add(small);
    expect(queue.next(true)).toBe(small);
  });

  it('shares threads between large flows that never end', () => {
    const queue = new FairQueue<Flow>();
    const large: Flow[] = Array.from({ length: 3 }, () => ({ wants: 'slice', isLarge: true }));
    for (const f of large) queue.add(f);
    const time = new Map<Flow | undefined, number>();
    for (const f of turns(queue, 3000, () => 8)) time.set(f, (time.get(f) ?? 0) + 8);
    for (const f of large) expect(time.get(f)).toBeCloseTo(8000, -2);
  });

  it('says who waits, so that slices are only as short as they must be', () => {
    const queue = new FairQueue<Flow>();
    expect(queue.crowd).toBe('one');
    const first = flow();
    queue.add(first);
    expect(queue.crowd).toBe('newcomer');
    queue.next(true);
    expect(queue.crowd).toBe('one');
    const second = flow();
    queue.add(second);
    expect(queue.crowd).toBe('newcomer');
    second.wants = 'nothing';
    expect(queue.crowd).toBe('others');
    second.wants = 'slice';
    queue.next(true);
    expect(queue.crowd).toBe('others');
    queue.remove(first);
    expect(queue.crowd).toBe('one');
    queue.add({ wants: 'slice', isLarge: true });
    expect(queue.crowd).toBe('others');
  });

  it('counts what others of its account have had, so that a run in pieces gets no more than one in one piece', () => {
    const queue = new FairQueue<Flow>();
    const long = flow();
    queue.add(long);
    const account = { served: 0 };
    const time = { long: 0, pieces: 0 };
    for (let i = 0; i < 400; i++) {
      const piece: Flow = { wants: 'slice', account };
      queue.add(piece);
      // A piece wants one slice and is gone; the next one comes at once.
      for (let had = queue.next(true); had !== undefined; had = queue.next(true)) {
        queue.charge(had, 2);
        time[had === long ? 'long' : 'pieces'] += 2;
        if (had === piece) break;
      }
      queue.remove(piece);
    }
    expect(time.long / time.pieces).toBeGreaterThan(0.9);
    expect(time.long / time.pieces).toBeLessThan(1.4);
  });

  it('gives two that always want an equal share of thread time, whatever the length of their slices', () => {
    const queue = new FairQueue<Flow>();
    const [short, long] = [flow(), flow()];
    queue.add(short);
    queue.add(long);
    const time = new Map<Flow | undefined, number>();
    const slice = (f: Flow) => (f === short ? 1 : 4);
    for (const f of turns(queue, 2000, slice)) time.set(f, (time.get(f) ?? 0) + (f ? slice(f) : 0));
    const ratio = (time.get(short) ?? 0) / (time.get(long) ?? 1);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });

  it('does not starve an old flow while newcomers flood in', () => {
    const queue = new FairQueue<Flow>();
    const old = flow();
    queue.add(old);
    queue.charge(old, 1000);
    let served = 0;
    for (let i = 0; i < 800; i++) {
      const newcomer = flow();
      queue.add(newcomer);
      const next = queue.next(true);
      if (next === old) served++;
      if (next !== undefined && next !== old) queue.remove(next);
    }
    expect(served).toBeGreaterThanOrEqual(25);
  });

  it('skips whoever wants nothing, and long pieces when they may not start', () => {
    const queue = new FairQueue<Flow>();
    const [idle, long] = [flow('nothing'), flow('long')];
    queue.add(idle);
    queue.add(long);
    expect(queue.next(false)).toBeUndefined();
    expect(queue.next(true)).toBe(long);
  });
});
