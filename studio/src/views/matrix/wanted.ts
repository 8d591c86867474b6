/** What is fetched: the tiles in sight, the statistics of their rows, and the exact number of the cell that is looked into. */
import { effect } from '@preact/signals';
import { place, source, store } from '../../ask/matrix/current.ts';
import { cellsInSight, levelOf, tilesInSight } from '../../pictures/atlas.ts';
import { cell, counts, exact, firstPart, layout, matrixKey, partOf, rowStatistics, sight } from './shown.ts';

/** A pointer that runs over the matrix asks for nothing. */
const SETTLE_MS = 80;
/** Rows whose statistics are fetched at once, and kept. */
const MOST_ROWS = 16_384;

effect(() => {
  const [tiles, all, seen, room, how] = [store.value, counts.value, sight.value, layout.value, place.value];
  const first = firstPart.value;
  if (tiles === undefined || all === undefined || seen === undefined || room === undefined) return;
  if (how === undefined || first === undefined) return;
  const level = levelOf(seen, Math.min(2, window.devicePixelRatio));
  tiles.want([first, ...tilesInSight(seen, room.extent, all, level).map((tile) => partOf(tile, all, how))]);
});

/** Of all rows where they are few, else of those in sight and as many beside them. */
effect(() => {
  const [here, how, all, seen, room] = [source.value, place.value, counts.value, sight.value, layout.value];
  const of = matrixKey.value;
  if (here?.rowStatistics === undefined || how === undefined || all === undefined) return;
  if (seen === undefined || room === undefined) return;
  const { rows } = cellsInSight(seen, room.extent, all);
  const known = rowStatistics.peek();
  const end = (known?.from ?? 0) + (known?.rows.entropy.length ?? 0);
  if (known?.of === of && known.from <= rows[0] && rows[1] <= end) return;
  const from = all.rows <= MOST_ROWS ? 0 : Math.max(0, Math.min(rows[0] - MOST_ROWS / 4, all.rows - MOST_ROWS));
  const asked = [from, Math.min(all.rows, from + MOST_ROWS)] as const;
  const controller = new AbortController();
  here.rowStatistics({ batch: how.batch, head: how.head, rows: asked }, controller.signal).then(
    (found) => {
      rowStatistics.value = { of, from, rows: found };
    },
    // The tiles tell what is wrong.
    () => {},
  );
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
