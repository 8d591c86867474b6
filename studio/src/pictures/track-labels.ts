/** The names under a film's track: as fine as they fit side by side. */

/** Where something of a film begins. */
export interface TrackPlace {
  seq: number;
  text: string;
  /** 0: a head, 1: a row or a block of rows, 2: a step. */
  level: 0 | 1 | 2;
}

interface TrackLabel {
  seq: number;
  text: string;
  /** Of its left edge, from that of the track. */
  x: number;
  width: number;
}

interface TrackSetting {
  places: readonly TrackPlace[];
  steps: number;
  width: number;
  /** How far the first and the last step are from the ends. */
  inset: number;
  measure(text: string): number;
}

/** Widths are those of bold type, which these are not. */
const GAP = 3;

export function trackLabels({ places, steps, width, inset, measure }: TrackSetting): TrackLabel[] {
  if (steps < 2 || width === 0) return [];
  for (const level of [2, 1, 0]) {
    // Under one head its own name says nothing.
    const own = places.filter((place) => place.level === level);
    if (own.length < 2 && level > 0) continue;
    // Of thousands none need be measured.
    if (own.length * GAP > width) continue;
    const labels = own.map(({ seq, text }) => {
      const wide = Math.ceil(measure(text)) + 1;
      const middle = inset + ((seq - 1) / (steps - 1)) * (width - 2 * inset);
      // A step is below its place; what lasts begins there.
      const x = level === 2 ? middle - wide / 2 : middle;
      return { seq, text, x: Math.max(0, Math.min(width - wide, x)), width: wide };
    });
    if (labels.every(({ x, width: wide }, i) => i + 1 === labels.length || x + wide + GAP <= labels[i + 1].x))
      return labels;
  }
  return [];
}
