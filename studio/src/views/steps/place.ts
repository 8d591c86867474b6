/** Where in a film a step is. */
import type { Scene } from './shown.ts';

/** The head, the row or the tile. */
export function placeOf({ frame, plan, heads, queries }: Scene): string {
  const { sizes, detail } = plan;
  const parts = [
    heads.length > 1 ? `head ${frame.head + 1} of ${heads.length}: ${heads[frame.head]}` : heads[frame.head],
  ];
  const isOfAll = frame.name === 'k' || frame.name === 'v';
  if (detail === 'row' && !isOfAll) {
    parts.push(`row ${frame.rows[0] + 1} of ${sizes.queries}: “${queries[frame.rows[0]]}”`);
  }
  if (detail === 'tile' && !isOfAll && frame.name !== 'q') {
    const [start, end] = frame.rows;
    parts.push(`rows ${start + 1} to ${end} of ${sizes.queries}`);
    if (frame.tile !== undefined) parts.push(`tile ${frame.tile.index + 1}`);
  }
  return parts.join(' · ');
}
