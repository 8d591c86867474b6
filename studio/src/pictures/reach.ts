/** How far back two readers see from the last word: attention as stems of light, the one that goes word by word as a line. */
import { short } from './figures.ts';
import type { Mark } from './mark.ts';

interface ReachSetting {
  words: readonly { text: string; attention: number; sequential: number }[];
  /** The words whose connection is looked at. */
  from: number;
  to: number;
  width: number;
  unit: number;
  /** How wide the widest word is, in type of a size. */
  widest(size: number): number;
}

const MOST_SLOT = 96;
/** For a weight of 1: all texts have the same scale. */
const HEIGHT = 150;
const TOP = 12;
const SIZE = 13;
const PITCH = 19;
/** The least slot that has room for a number. */
const NUMBER_SLOT = 32;

export function reachPicture(setting: ReachSetting): { marks: Mark[]; height: number } {
  const { words, from, to, width, unit, widest } = setting;
  const slot = Math.min(MOST_SLOT * unit, width / words.length);
  const left = (width - slot * words.length) / 2;
  const x = (i: number) => left + (i + 0.5) * slot;
  const base = (TOP + HEIGHT) * unit;
  const y = (value: number) => base - value * HEIGHT * unit;
  const size = SIZE * unit;
  const isTurned = widest(size) + 6 * unit > slot;
  const labels = base + 8 * unit + (isTurned ? widest(size) : size);
  const hasNumbers = slot >= NUMBER_SLOT * unit;
  const isEnd = (i: number) => i === from || i === to;

  const ground: Mark = line(left, base, left + slot * words.length, base, 'line', 1);
  const stems = words.flatMap(({ attention }, i): Mark[] => [
    ...(attention > 0 ? [line(x(i), base, x(i), y(attention), 'light', 4 * unit)] : []),
    { is: 'dot', x: x(i), y: y(attention), radius: 5 * unit, paint: 'light' },
  ]);
  const d = words.map(({ sequential }, i) => `${i === 0 ? 'M' : 'L'}${near(x(i))} ${near(y(sequential))}`).join('');
  const fading: Mark = { is: 'path', d, paint: 'head-0', width: 2 * unit, opacity: 1 };
  const dots = words.map(({ sequential }, i): Mark => {
    return { is: 'dot', x: x(i), y: y(sequential), radius: 3.5 * unit, paint: 'head-0' };
  });
  const names = words.map(({ text }, i): Mark => {
    const paint = isEnd(i) ? 'text' : 'quiet';
    if (!isTurned) return { is: 'text', x: x(i), y: labels - size / 2, text, size, anchor: 'middle', paint };
    return { is: 'text', x: x(i), y: labels, text, size, anchor: 'start', paint, isTurned };
  });
  const numbers = words.flatMap(({ attention, sequential }, i): Mark[] => {
    if (!hasNumbers && i !== from) return [];
    const number = { is: 'text', x: x(i), size, anchor: 'middle' } as const;
    return [
      { ...number, y: labels + PITCH * unit, text: short(attention), paint: 'light' },
      { ...number, y: labels + 2 * PITCH * unit, text: short(sequential), paint: 'head-0' },
    ];
  });
  return { marks: [ground, ...stems, fading, ...dots, ...names, ...numbers], height: labels + 2.75 * PITCH * unit };
}

/** The steps of both: in a chain where each waits for the one before, in one frame where none does. */
export function waitingPicture(count: number, width: number, unit: number): { marks: Mark[]; height: number } {
  const slot = Math.min(MOST_SLOT * unit, width / count);
  const left = (width - slot * count) / 2;
  const x = (i: number) => left + (i + 0.5) * slot;
  const radius = 5 * unit;
  const [chain, frame] = [PITCH * unit * 1.8, PITCH * unit * 4.6];
  const head = 3 * unit;
  const words = (y: number, text: string): Mark => {
    return { is: 'text', x: left, y: y - PITCH * unit, text, size: SIZE * unit, anchor: 'start', paint: 'quiet' };
  };
  const arrows = Array.from({ length: count - 1 }, (_, i): Mark => {
    const end = x(i + 1) - radius - 2 * unit;
    const d = `M${near(x(i) + radius)} ${chain}H${near(end)}M${near(end - head)} ${chain - head}L${near(end)} ${chain}L${near(end - head)} ${chain + head}`;
    return { is: 'path', d, paint: 'head-0', width: 1.5 * unit, opacity: 1 };
  });
  const dots = (y: number, paint: 'head-0' | 'light') =>
    Array.from({ length: count }, (_, i): Mark => ({ is: 'dot', x: x(i), y, radius, paint }));
  const [half, inset] = [12 * unit, 2 * unit];
  const around: Mark = {
    is: 'frame',
    x: left + inset,
    y: frame - half,
    width: slot * count - 2 * inset,
    height: 2 * half,
    paint: 'light',
  };
  return {
    marks: [
      words(chain, `one by one: ${count} steps, each waits for the one before`),
      ...arrows,
      ...dots(chain, 'head-0'),
      words(frame - 0.4 * half, 'attention: 1 step, all words at once'),
      around,
      ...dots(frame, 'light'),
    ],
    height: frame + half + 2 * unit,
  };
}

function line(x0: number, y0: number, x1: number, y1: number, paint: 'line' | 'light', width: number): Mark {
  return { is: 'path', d: `M${near(x0)} ${near(y0)}L${near(x1)} ${near(y1)}`, paint, width, opacity: 1 };
}

const near = (value: number) => Math.round(10 * value) / 10;
