import { describe, expect, it } from 'vitest';
import { type TrackPlace, trackLabels } from '../../src/pictures/track-labels.ts';

const measure = (text: string) => 6 * text.length;
const head = (seq: number, text: string): TrackPlace => ({ seq, text, level: 0 });
const step = (seq: number, text: string): TrackPlace => ({ seq, text, level: 2 });
const film = [head(1, 'meaning'), step(1, 'q'), step(2, 'k'), step(3, 'scores'), step(4, 'z')];

describe('the names under a track', () => {
  it('are those of the steps where they fit, each below its place', () => {
    const labels = trackLabels({ places: film, steps: 4, width: 314, inset: 7, measure });
    expect(labels.map(({ text }) => text)).toEqual(['q', 'k', 'scores', 'z']);
    // The second of four is at a third of the way.
    expect(labels[1].x + labels[1].width / 2).toBeCloseTo(7 + 100);
  });

  it('are those of heads where steps do not fit', () => {
    const labels = trackLabels({ places: film, steps: 4, width: 60, inset: 7, measure });
    expect(labels.map(({ text }) => text)).toEqual(['meaning']);
  });

  it('never leave the track', () => {
    const labels = trackLabels({
      places: [head(1, 'a'), head(4, 'position')],
      steps: 4,
      width: 200,
      inset: 7,
      measure,
    });
    expect(labels[1].x + labels[1].width).toBeLessThanOrEqual(200);
  });

  it('are none where there is nothing to scrub', () => {
    expect(trackLabels({ places: film, steps: 1, width: 300, inset: 7, measure })).toEqual([]);
  });
});
