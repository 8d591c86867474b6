/** Weights as a table: one row a weight, so that a word that comes twice is no riddle; hidden cells have none. */
import { whole } from '../pictures/figures.ts';
import type { Grid } from '../pictures/grid.ts';
import type { Table } from './csv.ts';

interface Words {
  queries: readonly string[];
  keys: readonly string[];
  isHidden(query: number, key: number): boolean;
}

export function weightsTable(
  { queries, keys, isHidden }: Words,
  heads: readonly { title: string; grid: Grid }[],
): Table {
  const rows = heads.flatMap(({ title, grid }) =>
    queries.flatMap((query, row) =>
      keys.map((key, column) => {
        const weight = Number(whole(grid.values[row * grid.columns + column]));
        return [title, row, query, column, key, isHidden(row, column) ? undefined : weight] as const;
      }),
    ),
  );
  return { header: ['head', 'query_index', 'query', 'key_index', 'key', 'weight'], rows };
}
