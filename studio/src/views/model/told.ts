/** What heads do, in words. */
import type { Attentions } from '../../ask/model/attentions.ts';
import type { HeadPicture } from '../../ask/model/head-picture.ts';
import { short } from '../../pictures/figures.ts';

/** Of a head that puts so much of its light on one place, the place is what it is about. */
const TELLING = 0.4;

export interface Habit {
  name: string;
  part: number;
}

/** On average over the words, how much light falls where heads often look. */
export const habitsOf = ({ first, before, itself }: HeadPicture): readonly Habit[] => [
  { name: 'the first word', part: first },
  { name: 'the word before', part: before },
  { name: 'the word itself', part: itself },
];

export function habitOf(picture: HeadPicture): Habit | undefined {
  const [most] = habitsOf(picture).toSorted((a, b) => b.part - a.part);
  return most.part >= TELLING ? most : undefined;
}

export function saidOfHabit(picture: HeadPicture): string {
  const habit = habitOf(picture);
  return habit === undefined ? '' : ` Mostly looks at ${habit.name}: ${short(habit.part)}.`;
}

export const headTitle = ({ layer, head }: { layer: number; head: number }): string => `layer ${layer}, head ${head}`;

export function sizesText({ layers, heads, batch, rows, keys }: Attentions): string {
  const entries = batch > 1 ? `${batch} × ` : '';
  const words = rows === keys ? `${rows} words` : `${rows} queries, ${keys} keys`;
  return `${entries}${layers} × ${heads} heads, ${words}`;
}

/** Of a cell that stands for several: `12–15`, the last included. */
export function rangeText(index: number, by: number, count: number): string {
  const [from, to] = [index * by, Math.min(count, (index + 1) * by) - 1];
  return from === to ? String(from) : `${from}–${to}`;
}
