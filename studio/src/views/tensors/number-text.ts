/** A number of a tensor as it is written and typed. */
import { rough, whole } from '../../pictures/figures.ts';

/** All digits that tell it from its neighbors; −∞ and NaN by their signs. */
export function exact(value: number): string {
  if (!Number.isFinite(value)) return rough(value);
  return digits(value).replaceAll('-', '−');
}

/** As a field has it, to be typed over. */
export const typed = (value: number): string => (Number.isFinite(value) ? digits(value) : String(value));

const digits = (value: number): string => (Math.fround(value) === value ? whole(value) : String(value));

/** What is typed into a cell; undefined for what is no number. */
export function numberIn(text: string): number | undefined {
  const plain = text.trim().toLowerCase().replace('−', '-');
  const [, sign, infinity] = /^([+-]?)(inf|infinity|∞)$/.exec(plain) ?? [];
  if (infinity !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(plain) ? Number(plain) : undefined;
}
