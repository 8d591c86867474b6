/** Numbers as they are written: two decimals in pictures, four where they are looked into, all of them where they are copied. */

export const MINUS_INFINITY = '−∞';
const MINUS = '−';

/** 0 is a point: it is exactly 0, while 0.00 is almost. */
export const short = (value: number): string => written(value, 2);
export const long = (value: number): string => written(value, 4);
/** Among signs of arithmetic, where a point would be one of them. */
export const plain = (value: number): string => (value === 0 ? '0' : long(value));

function written(value: number, decimals: number): string {
  if (value === 0) return '·';
  if (value === Number.NEGATIVE_INFINITY) return MINUS_INFINITY;
  return value.toFixed(decimals).replace('-', MINUS);
}

/** Of any size, such as an error: three digits, and the power where it is far from 1. */
export function rough(value: number, digits = 3): string {
  if (value === 0) return '0';
  if (Number.isNaN(value)) return 'NaN';
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return value < 0 ? MINUS_INFINITY : '∞';
  const isNear = size >= 1e-3 && size < 10 ** Math.max(4, digits);
  const text = isNear ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 1);
  return text.replace(/\.?0*e\+?/, 'e').replaceAll('-', MINUS);
}

/** The shortest decimal that reads back to the same float32, as the service writes it. */
export function whole(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const shortest = Number(value.toPrecision(digits));
    if (Math.fround(shortest) === Math.fround(value)) return String(shortest);
  }
  return String(Number(value.toPrecision(9)));
}
