import { describe, expect, it } from 'vitest';
import {
  arrived,
  begun,
  type Move,
  type Player,
  paused,
  played,
  STOPPED,
  shown,
  stepped,
} from '../../src/ask/film/player.ts';

/** A film of ten steps; `kept` are those that were seen. */
function film(player: Partial<Player> = {}, kept: readonly number[] = []) {
  let now: Player = { ...STOPPED, steps: 10, ...player };
  const seen = new Set(kept);
  const isKept = (seq: number) => seen.has(seq);
  const did = ({ player, orders }: Move) => {
    now = player;
    return orders.map((order) => (order.do === 'seek' ? `seek ${order.to}` : order.do));
  };
  return {
    get player() {
      return now;
    },
    begin: (steps: number) => did(begun(now, steps, isKept)),
    show: (seq: number) => did(shown(now, seq, isKept)),
    play: () => did(played(now, isKept)),
    pause: () => did(paused(now)),
    step: (by: number) => did(stepped(now, by, isKept)),
    arrive: (seq: number) => {
      seen.add(seq);
      return did(arrived(now, seq, isKept));
    },
  };
}

describe('the player of a film', () => {
  it('begins with the first step, for which it needs no seek', () => {
    const one = film();
    expect(one.show(1)).toEqual(['step']);
    expect(one.player).toMatchObject({ at: 0, wanted: 1 });
    one.arrive(1);
    expect(one.player).toMatchObject({ at: 1, wanted: undefined, isPlaying: false });
  });

  it('asks for the next step, and shows the one before from what is kept', () => {
    const one = film({ at: 1, next: 2 }, [1]);
    expect(one.step(1)).toEqual(['step']);
    one.arrive(2);
    expect(one.player.at).toBe(2);
    expect(one.step(-1)).toEqual([]);
    expect(one.player.at).toBe(1);
    expect(one.step(1)).toEqual([]);
    expect(one.player.at).toBe(2);
  });

  it('waits until it is known which steps there are, and begins where a link leads to', () => {
    const one = film({ steps: 0 });
    expect(one.show(70)).toEqual([]);
    expect(one.play()).toEqual([]);
    expect(one.begin(10)).toEqual(['seek 10', 'step']);
    expect(film({ steps: 0 }).begin(10)).toEqual(['step']);
  });

  it('stays within the film', () => {
    const one = film({ at: 1, next: 2 }, [1, 10]);
    one.step(-1);
    expect(one.player.at).toBe(1);
    one.show(99);
    expect(one.player.at).toBe(10);
  });

  it('seeks what it has not seen', () => {
    const one = film({ at: 1, next: 2 }, [1]);
    expect(one.show(7)).toEqual(['seek 7', 'step']);
    expect(one.player.at).toBe(1);
    one.arrive(7);
    expect(one.player.at).toBe(7);
    expect(one.step(1)).toEqual(['step']);
  });

  it('asks for one step at a time while it is scrubbed, and then for the last that was wanted', () => {
    const one = film({ at: 1, next: 2 }, [1]);
    expect(one.show(4)).toEqual(['seek 4', 'step']);
    expect(one.show(5)).toEqual([]);
    expect(one.show(8)).toEqual([]);
    expect(one.arrive(4)).toEqual(['seek 8', 'step']);
    expect(one.player.at).toBe(1);
    expect(one.arrive(8)).toEqual([]);
    expect(one.player.at).toBe(8);
  });

  it('shows what is kept although another step is under way', () => {
    const one = film({ at: 1, next: 2 }, [1, 3]);
    one.show(9);
    expect(one.show(3)).toEqual([]);
    expect(one.player).toMatchObject({ at: 3, wanted: undefined });
    one.arrive(9);
    expect(one.player.at).toBe(3);
  });

  it('plays from where it stands, at the pace of the stream', () => {
    const one = film({ at: 1, next: 2 }, [1]);
    expect(one.play()).toEqual(['resume']);
    one.arrive(2);
    one.arrive(3);
    expect(one.player).toMatchObject({ at: 3, isPlaying: true });
    expect(one.pause()).toEqual(['pause']);
    expect(one.player).toMatchObject({ at: 3, isPlaying: false });
  });

  it('plays on from a step that it went back to', () => {
    const one = film({ at: 2, next: 6 }, [1, 2, 3, 4, 5]);
    expect(one.play()).toEqual(['seek 3', 'resume']);
  });

  it('goes on playing from where it is scrubbed to: what is not kept comes at once, and not at the pace of the film', () => {
    const one = film({ at: 3, next: 4, isPlaying: true, isRunning: true }, [1, 2, 3]);
    expect(one.show(2)).toEqual(['seek 3']);
    expect(one.player).toMatchObject({ at: 2, isPlaying: true, wanted: undefined });
    expect(one.show(8)).toEqual(['pause', 'seek 8', 'step']);
    expect(one.arrive(8)).toEqual(['resume']);
    expect(one.player).toMatchObject({ at: 8, isPlaying: true });
    one.arrive(9);
    expect(one.player.at).toBe(9);
  });

  it('stops by a single step', () => {
    const one = film({ at: 3, next: 4, isPlaying: true, isRunning: true }, [1, 2, 3]);
    expect(one.step(1)).toEqual(['pause', 'step']);
    expect(one.player.isPlaying).toBe(false);
  });

  it('does not forget where it was scrubbed to when it is paused before that has come', () => {
    const one = film({ at: 3, next: 4, isPlaying: true, isRunning: true }, [1, 2, 3]);
    one.show(8);
    expect(one.pause()).toEqual([]);
    expect(one.arrive(8)).toEqual([]);
    expect(one.player).toMatchObject({ at: 8, isPlaying: false });
  });

  it('stops at the end, and then plays from the beginning', () => {
    const one = film({ at: 9, next: 10, isPlaying: true, isRunning: true }, [9]);
    expect(one.arrive(10)).toEqual(['pause']);
    expect(one.player).toMatchObject({ at: 10, isPlaying: false });
    expect(one.play()).toEqual(['seek 1', 'step']);
    expect(one.arrive(1)).toEqual(['resume']);
    expect(one.player).toMatchObject({ at: 1, isPlaying: true });
  });

  it('stops where it is scrubbed to the end', () => {
    const one = film({ at: 3, next: 4, isPlaying: true, isRunning: true }, [1, 2, 3, 10]);
    expect(one.show(10)).toEqual(['pause']);
    expect(one.player).toMatchObject({ at: 10, isPlaying: false });
  });

  it('drops a single step that is under way when it plays from elsewhere', () => {
    const one = film({ at: 1, next: 2 }, [1, 4]);
    one.show(5);
    one.show(4);
    expect(one.play()).toEqual(['seek 5', 'resume']);
    one.arrive(5);
    expect(one.player).toMatchObject({ at: 5, isPlaying: true });
  });
});
