/** The heads of a layer of a file, as the Matrix view asks for matrices. */
import type { MatrixSource } from '../matrix/source.ts';
import type { Attentions } from './attentions.ts';
import { pooled } from './pooled.ts';

const STEP = 'pattern';

export function matrixSourceOf(
  attentions: Attentions,
  { layer, batch }: { layer: number; batch: number },
): MatrixSource {
  const { id, name, heads, rows, keys, tokens } = attentions;
  return {
    id: `${id}, layer ${layer}`,
    title: `${name}, layer ${layer}`,
    batch: attentions.batch,
    heads,
    rows,
    keys,
    steps: [STEP],
    words: tokens?.[batch],
    tile: ({ head, batch, rows, keys: range, pool, by }, signal) =>
      pooled({ rows, keys: range, pool, by }, keys, (from, to) => attentions.read({ layer, batch, head }, from, to), {
        signal,
      }),
  };
}
