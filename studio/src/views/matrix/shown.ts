/** What the matrix view shows, from the state, the tiles that are there, and the pointer. */
import { computed, signal } from '@preact/signals';
import { place, source, store } from '../../ask/matrix/current.ts';
import type { MatrixSource, RowStatistics, TilePart } from '../../ask/matrix/source.ts';
import {
  type Counts,
  cellsOfTile,
  clampedSight,
  type Extent,
  levelOf,
  type MatrixSight,
  type TilePlace,
  topLevel,
  wholeSight,
} from '../../pictures/atlas.ts';
import { largestSize, type Strengthening } from '../../pictures/strength.ts';
import { state } from '../../state/here.ts';
import type { Pair } from '../../state/state.ts';
import type { Layout } from './layout.ts';

/** As it is laid out now; undefined until it is. */
export const layout = signal<Layout | undefined>(undefined);
export const pointedCell = signal<Pair | undefined>(undefined);
/** The exact number of the cell that is looked into, once it is known. */
export const exact = signal<{ cell: Pair; of: string; value: number } | undefined>(undefined);
export const rowStatistics = signal<{ of: string; from: number; rows: RowStatistics } | undefined>(undefined);

export const counts = computed<Counts | undefined>(() => {
  const here = source.value;
  return here && { rows: here.rows, keys: here.keys };
});

/** What is in sight. */
export const sight = computed<MatrixSight | undefined>(() => {
  const [all, room] = [counts.value, layout.value];
  if (all === undefined || room === undefined) return undefined;
  const { matrixSight } = state.value;
  return matrixSight === undefined ? wholeSight(room.extent, all) : clampedSight(matrixSight, room.extent, all);
});

/** The cell that is looked into: under the pointer, else the one that was picked. */
export const cell = computed<Pair | undefined>(() => {
  const at = pointedCell.value ?? state.value.matrixCell;
  const all = counts.value;
  return at !== undefined && all !== undefined && at.query < all.rows && at.key < all.keys ? at : undefined;
});

/** The level of detail that is shown, by the pixels of this screen. */
export const levelNow = (seen: MatrixSight, extent: Extent): number =>
  levelOf(seen, Math.min(2, window.devicePixelRatio), extent);

export const scaleOf = (step: string): Strengthening['scale'] => (step === 'pattern' ? 'weights' : 'signed');

/** A tile of the matrix that is shown. */
export function partOf(tile: TilePlace, all: Counts, how: Pick<TilePart, 'step' | 'batch' | 'head' | 'by'>): TilePart {
  const side = 2 ** tile.level;
  return { ...how, ...cellsOfTile(tile, all), pool: [side, side] };
}

/** The tile that has all of a matrix, by its largest numbers: what colors are measured by. */
const overview = computed<TilePart | undefined>(() => {
  const [all, how] = [counts.value, place.value];
  if (all === undefined || how === undefined) return undefined;
  return partOf({ level: topLevel(all), row: 0, column: 0 }, all, { ...how, by: 'max' });
});

/** The tile to fetch before all others, so that something is seen and what colors mean is known. */
export const firstPart = overview;

/** What colors mean; undefined until the overview is there. */
export const look = computed<Strengthening | undefined>(() => {
  const [part, tiles] = [overview.value, store.value];
  if (part === undefined || tiles === undefined) return undefined;
  tiles.news.value;
  const numbers = tiles.get(part);
  if (numbers === undefined) return undefined;
  return lookOf(numbers, part.step, state.value.matrix.scale === 'log');
});

const known = new WeakMap<Float32Array, number>();

function lookOf(numbers: Float32Array, step: string, isLog: boolean): Strengthening {
  const most = known.get(numbers) ?? (largestSize(numbers) || 1);
  known.set(numbers, most);
  const scale = scaleOf(step);
  return { scale, most, isLog: isLog && scale === 'weights' };
}

/** What a query and a key are called: a word where they have words, and their numbers. */
export const wordOf = (here: MatrixSource, of: 'queries' | 'keys', at: number): string =>
  here.words?.[of][at] ?? String(at);

/** Which matrix it is, as one text. */
export const matrixKey = computed(() => {
  const [here, how] = [source.value, place.value];
  return here === undefined || how === undefined ? '' : [here.id, how.step, how.batch, how.head].join(' ');
});
