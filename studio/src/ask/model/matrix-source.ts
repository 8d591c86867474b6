/** The heads of a layer of a file, as the Matrix view asks for matrices. */
import type { MatrixSource } from '../matrix/source.ts';
import type { Attentions } from './attentions.ts';
import { pooled } from './pooled.ts';

const STEP = 'pattern';

/** Of one batch entry, as a matrix has the words of one. */
export function matrixSourceOf(
  { id, name, heads, rows, keys, tokens, batch: entries, read }: Attentions,
  { layer, batch }: { layer: number; batch: number },
): MatrixSource {
  const entry = entries > 1 ? `, batch entry ${batch}` : '';
  return {
    id: `${id}, layer ${layer}${entry}`,
    title: `${name}, layer ${layer}${entry}`,
    batch: 1,
    heads,
    rows,
    keys,
    steps: [STEP],
    words: tokens?.[batch],
    tile: ({ head, rows, keys: range, pool, by }, signal) =>
      pooled({ rows, keys: range, pool, by }, keys, (from, to) => read({ layer, batch, head }, from, to), { signal }),
  };
}
