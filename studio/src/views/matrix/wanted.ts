/** What is fetched: the tiles in sight, the statistics of their rows, and the exact number of the cell that is looked into. */
import { computed, effect } from '@preact/signals';
import { place, source, store } from '../../ask/matrix/current.ts';
import type { MatrixSource, RowStatistics } from '../../ask/matrix/source.ts';
import { cellsInSight, tilesInSight } from '../../pictures/atlas.ts';
import { cell, counts, exact, firstPart, layout, levelNow, matrixKey, partOf, rowStatistics, sight } from './shown.ts';

/** A pointer that runs over the matrix asks for nothing. */
const SETTLE_MS = 80;
/** Rows whose statistics are asked for at once, and kept. */
const ROWS_AT_ONCE = 2048;
const MOST_ROWS = 8 * ROWS_AT_ONCE;

effect(() => {
  const [tiles, all, seen, room, how] = [store.value, counts.value, sight.value, layout.value, place.value];
  const first = firstPart.value;
  if (tiles === undefined || all === undefined || seen === undefined || room === undefined) return;
  if (how === undefined || first === undefined) return;
  const level = levelNow(seen, room.extent);
  tiles.want([first, ...tilesInSight(seen, room.extent, all, level).map((tile) => partOf(tile, all, how))]);
});

/** Which rows are to be known: in windows, so that travelling asks for another one seldom. */
const rowWindow = computed(() => {
  const [here, how, all, seen, room] = [source.value, place.value, counts.value, sight.value, layout.value];
  if (here?.rowStatistics === undefined || how === undefined || all === undefined) return '';
  if (seen === undefined || room === undefined) return '';
  const { rows } = cellsInSight(seen, room.extent, all);
  const from = Math.floor(rows[0] / ROWS_AT_ONCE) * ROWS_AT_ONCE;
  const to = Math.min(all.rows, from + MOST_ROWS, Math.ceil(rows[1] / ROWS_AT_ONCE) * ROWS_AT_ONCE);
  return `${how.batch} ${how.head} ${from} ${to} ${here.id}`;
});

effect(() => {
  const window = rowWindow.value;
  const [here, of] = [source.peek(), matrixKey.peek()];
  if (window === '' || here?.rowStatistics === undefined) return;
  const [batch, head, from, to] = window.split(' ').map(Number);
  const controller = new AbortController();
  const parts = Array.from({ length: Math.ceil((to - from) / ROWS_AT_ONCE) }, (_, part) => {
    const start = from + part * ROWS_AT_ONCE;
    return [start, Math.min(to, start + ROWS_AT_ONCE)] as const;
  });
  const ask = async (rowStatisticsOf: NonNullable<MatrixSource['rowStatistics']>) => {
    const found: RowStatistics[] = [];
    for (const rows of parts) found.push(await rowStatisticsOf({ batch, head, rows }, controller.signal));
    const all = (member: keyof RowStatistics) => found.flatMap((one) => one[member]);
    const rows = {
      entropy: all('entropy'),
      maxWeight: all('maxWeight'),
      maxKey: all('maxKey'),
      meanDistance: all('meanDistance'),
    };
    rowStatistics.value = { of, from, rows };
  };
  // The tiles tell what is wrong.
  ask(here.rowStatistics).catch(() => {});
  return () => controller.abort();
});

effect(() => {
  const [here, how, at] = [source.value, place.value, cell.value];
  const of = matrixKey.value;
  if (here === undefined || how === undefined || at === undefined) return;
  const controller = new AbortController();
  const part = { rows: [at.query, at.query + 1], keys: [at.key, at.key + 1], pool: [1, 1] } as const;
  const timer = setTimeout(() => {
    here.tile({ ...how, ...part }, controller.signal).then(
      ([value]) => {
        exact.value = { cell: at, of, value };
      },
      () => {},
    );
  }, SETTLE_MS);
  return () => {
    clearTimeout(timer);
    controller.abort();
  };
});
