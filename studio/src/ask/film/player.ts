/** The player of a film as one value: which step is shown, which is waited for, and what the stream is told. Knows no stream. */

export interface Player {
  /** How many steps there are; 0 before that is known. */
  steps: number;
  /** The step that is shown; 0: none yet. */
  at: number;
  /** The step that is to be shown and has not come. */
  wanted: number | undefined;
  isPlaying: boolean;
  /** Whether the stream gives one step after another; a film that plays and waits for a step runs again when it has come. */
  isRunning: boolean;
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

/** Whether a step is kept, and so can be shown at once. */
export type IsKept = (seq: number) => boolean;

export const STOPPED: Player = {
  steps: 0,
  at: 0,
  wanted: undefined,
  isPlaying: false,
  isRunning: false,
  next: 1,
  asked: undefined,
};

const still = (player: Player): Move => ({ player, orders: [] });

/** The run has begun: now it is known which steps there are. */
export const begun = (player: Player, steps: number, isKept: IsKept): Move =>
  shown({ ...player, steps }, player.wanted ?? 1, isKept);

/** Shows a step: at once where it is kept, else as soon as it comes. A film that plays goes on from there. */
export function shown(player: Player, to: number, isKept: IsKept): Move {
  if (player.steps === 0) return still({ ...player, wanted: to });
  const seq = Math.max(1, Math.min(to, player.steps));
  if (!isKept(seq)) return fetched(player, seq);
  const here = { ...player, at: seq, wanted: undefined };
  if (!player.isPlaying) return still(here);
  return seq === player.steps ? paused(here) : running(here);
}

function fetched(player: Player, seq: number): Move {
  const waiting = { ...player, wanted: seq, isRunning: false };
  // One step at a time: what is wanted meanwhile is asked for when that has come.
  if (player.asked !== undefined) return still(waiting);
  const orders: Order[] = player.isRunning ? [{ do: 'pause' }] : [];
  if (player.next !== seq) orders.push({ do: 'seek', to: seq });
  return { player: { ...waiting, asked: seq, next: seq }, orders: [...orders, { do: 'step' }] };
}

/** On from behind the step that is shown. */
function running(player: Player): Move {
  const next = player.at + 1;
  const orders: Order[] = [];
  // A single step that was asked for may be on its way, and would come in between.
  if (player.next !== next || player.asked !== undefined) orders.push({ do: 'seek', to: next });
  if (!player.isRunning) orders.push({ do: 'resume' });
  return { player: { ...player, next, asked: undefined, isRunning: true }, orders };
}

/** From the step that is shown; at the end, from the beginning. */
export function played(player: Player, isKept: IsKept): Move {
  if (player.isPlaying || player.steps === 0) return still(player);
  const { at, wanted, steps } = player;
  return shown({ ...player, isPlaying: true }, at === steps ? 1 : (wanted ?? at), isKept);
}

export function paused(player: Player): Move {
  const stopped = { ...player, isPlaying: false, isRunning: false };
  return { player: stopped, orders: player.isRunning ? [{ do: 'pause' }] : [] };
}

/** One step on, or back; a film that plays stops there. */
export function stepped(player: Player, by: number, isKept: IsKept): Move {
  const stop = paused(player);
  const move = shown(stop.player, (player.wanted ?? player.at) + by, isKept);
  return { ...move, orders: [...stop.orders, ...move.orders] };
}

/** A step has come, and is kept. */
export function arrived(player: Player, seq: number, isKept: IsKept): Move {
  const came = { ...player, next: seq + 1, asked: undefined };
  if (player.isRunning) {
    const on = { ...came, at: seq };
    return seq === player.steps ? paused(on) : still(on);
  }
  return player.wanted === undefined ? still(came) : shown(came, player.wanted, isKept);
}
