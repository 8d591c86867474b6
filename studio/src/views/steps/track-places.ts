/** Where heads, rows and steps of a film begin, as far as its frames are known. */
import type { Frame } from '../../ask/film/frame.ts';
import type { TrackPlace } from '../../pictures/track-labels.ts';
import { isOfKeys } from './so-far.ts';
import { SHORT_TITLES } from './titles.ts';

export function trackPlaces(
  frames: Iterable<Frame>,
  { heads, queries }: { heads: readonly string[]; queries: readonly string[] },
): TrackPlace[] {
  const places: TrackPlace[] = [];
  let head = -1;
  let row = -1;
  for (const frame of [...frames].sort((a, b) => a.seq - b.seq)) {
    const { seq, name } = frame;
    if (frame.head !== head) {
      head = frame.head;
      row = -1;
      places.push({ seq, level: 0, text: heads[head] });
    }
    const isPart = !isOfKeys(name) && frame.rows[1] - frame.rows[0] < queries.length;
    if (isPart && frame.rows[0] !== row) {
      row = frame.rows[0];
      places.push({ seq, level: 1, text: queries[row] });
    }
    places.push({ seq, level: 2, text: SHORT_TITLES[name] });
  }
  return places;
}
