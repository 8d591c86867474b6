/** What a diagnosis says, in words: of all of it, of a part of the errors, of a cell of the patterns. */
import type { Diagnosis } from '../../ask/diagnose/diagnosed.ts';
import { long, rough } from '../../pictures/figures.ts';
import type { PatternCell } from './pattern-grids.ts';
import { type AxisStrip, type ErrorMap, longName } from './places.ts';
import type { PointedPart } from './shown.ts';

/** Each verdict with a sign of its own: nothing is told by color alone. */
export const VERDICTS: Record<Diagnosis['verdict'], { sign: string; title: string }> = {
  match: { sign: '✓', title: 'Right' },
  rounding: { sign: '≈', title: 'Rounding' },
  different: { sign: '≠', title: 'Different' },
};

/** The summary below its headline, which has the verdict already. */
export function leadOf(summary: string): string {
  const text = summary.replace(/^\w+: /, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Names of the causes as one reads them: `a + b`. */
export const namesOf = (names: readonly string[]): string => names.join(' + ');

/** A part of the errors by its name and its figures; undefined where there is none, as after another dump was opened. */
export interface TellingPart {
  title: string;
  figures: readonly (readonly [string, string])[];
}

export function partOf(
  { on, row, column }: PointedPart,
  { where }: Diagnosis,
  { map, strips }: { map: ErrorMap; strips: readonly AxisStrip[] },
): TellingPart | undefined {
  if (on === 'map') {
    const [title, part] = [map.columnTitles[column], where.by_rows[row]];
    if (title === undefined || part === undefined) return undefined;
    const error = map.values[row * map.columns.length + column];
    return { title: `${title}, ${longName('rows', part)}`, figures: [['root mean square', rough(error)]] };
  }
  const part = strips.find(({ name }) => name === on)?.parts[column];
  if (part === undefined) return undefined;
  return {
    title: longName(on, part),
    figures: [
      ['root mean square', rough(part.root_mean_square)],
      ['largest', rough(part.max_absolute)],
      ['beyond the tolerance', share(part.beyond_tolerance)],
    ],
  };
}

export const share = (part: number): string => `${rough(100 * part)} %`;

export const saidOfPart = ({ title, figures }: TellingPart): string =>
  `${title}: ${figures.map(([name, value]) => `${name} ${value}`).join(', ')}.`;

/** A number of a pattern; what is none says so. */
export const weightText = (weight: number): string =>
  Number.isFinite(weight) ? (weight === 0 ? '0' : long(weight)) : rough(weight);

export function saidOfCell(
  { query, key, right, yours }: PatternCell,
  words: { queries: readonly string[]; keys: readonly string[] },
): string {
  const mine = yours === undefined ? '' : `, yours ${weightText(yours)}`;
  return `Query ${words.queries[query]}, key ${words.keys[key]}: right ${weightText(right)}${mine}.`;
}

/** What would fit, of a dump that does not. */
export function remedyOf({ code }: { code: string }): string | undefined {
  if (code === 'body_too_large' || code === 'too_many_elements' || code === 'output_too_large')
    return 'Fewer heads or rows would fit.';
  if (code === 'deadline_exceeded') return 'Fewer heads or rows take less time.';
  if (code === 'missing_field') return 'A dump has query, key, value and expected_output.';
  return undefined;
}
