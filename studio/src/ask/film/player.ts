/** The player of a film as one value: which step is shown, which is waited for, and what the stream is told. Knows no stream. */

export interface Player {
  /** How many steps there are; 0 before that is known. */
  steps: number;
  /** The step that is shown; 0: none yet. */
  at: number;
  /** The step that is to be shown and has not come. */
  wanted: number | undefined;
  isPlaying: boolean;
  /** The step that the stream would give next. */
  next: number;
  /** A single step that the stream was asked for and has not given. */
  asked: number | undefined;
}

/** What the stream is told. */
export type Order = { do: 'seek'; to: number } | { do: 'step' } | { do: 'pause' } | { do: 'resume' };

export interface Move {
  player: Player;
  orders: readonly Order[];
}

export const STOPPED: Player = { steps: 0, at: 0, wanted: undefined, isPlaying: false, next: 1, asked: undefined };

const still = (player: Player): Move => ({ player, orders: [] });

/** The run has begun: now it is known which steps there are. */
export const begun = (player: Player, steps: number, isKept: (seq: number) => boolean): Move =>
  shown({ ...player, steps }, player.wanted ?? 1, isKept);

/** Shows a step: at once where it is kept, else as soon as it comes. A film that plays goes on from there. */
export function shown(player: Player, to: number, isKept: (seq: number) => boolean): Move {
  if (player.steps === 0) return still({ ...player, wanted: to });
  const seq = Math.max(1, Math.min(to, player.steps));
  if (player.isPlaying) return playedFrom(player, seq, isKept);
  if (isKept(seq)) return still({ ...player, at: seq, wanted: undefined });
  const waiting = { ...player, wanted: seq };
  // One step at a time: what is wanted meanwhile is asked for when that has come.
  return player.asked === undefined ? asked(waiting, seq) : still(waiting);
}

function asked(player: Player, seq: number): Move {
  const step: Order = { do: 'step' };
  return { player: { ...player, asked: seq, next: seq }, orders: [...sought(player, seq), step] };
}

const sought = ({ next }: Player, to: number): readonly Order[] => (next === to ? [] : [{ do: 'seek', to }]);

/** From behind the step that is shown; at the end, from the beginning. */
export function played(player: Player, isKept: (seq: number) => boolean): Move {
  if (player.isPlaying || player.steps === 0) return still(player);
  const { player: next, orders } = playedFrom(
    { ...player, isPlaying: true },
    player.at === player.steps ? 1 : (player.wanted ?? player.at),
    isKept,
  );
  return { player: next, orders: [...orders, { do: 'resume' }] };
}

function playedFrom(player: Player, seq: number, isKept: (seq: number) => boolean): Move {
  const isHere = seq > 0 && isKept(seq);
  const next = isHere && seq < player.steps ? seq + 1 : Math.max(1, seq);
  const there = isHere ? { at: seq, wanted: undefined } : { wanted: next };
  // What the stream was asked for while it stood still may be on its way, and would come again.
  const orders: readonly Order[] = player.asked === undefined ? sought(player, next) : [{ do: 'seek', to: next }];
  return { player: { ...player, ...there, next, asked: undefined }, orders };
}

export function paused(player: Player): Move {
  if (!player.isPlaying) return still(player);
  const { wanted } = player;
  const stopped = { ...player, isPlaying: false, wanted: undefined };
  const pause: Order = { do: 'pause' };
  if (wanted === undefined) return { player: stopped, orders: [pause] };
  const move = asked({ ...stopped, wanted }, wanted);
  return { ...move, orders: [pause, ...move.orders] };
}

/** One step on, or back; a film that plays stops there. */
export function stepped(player: Player, by: number, isKept: (seq: number) => boolean): Move {
  const stop = paused(player);
  const move = shown(stop.player, (player.wanted ?? player.at) + by, isKept);
  return { ...move, orders: [...stop.orders, ...move.orders] };
}

/** A step has come, and is kept. */
export function arrived(player: Player, seq: number, isKept: (seq: number) => boolean): Move {
  const came = { ...player, next: seq + 1 };
  if (player.isPlaying) {
    const isOver = seq === player.steps;
    const on = { ...came, at: seq, wanted: undefined, asked: undefined, isPlaying: !isOver };
    return { player: on, orders: isOver ? [{ do: 'pause' }] : [] };
  }
  const got = { ...came, asked: undefined };
  if (player.wanted === undefined) return still(got);
  return shown(got, player.wanted, isKept);
}
