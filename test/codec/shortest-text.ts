/**
 * The shortest decimal that reads back to a float32, by trying: toPrecision gives the nearest decimal of a length exactly,
 * and Number() reads it. `guess` only saves time: when its length is right, no shorter one needs to be tried but the next.
 */
export function shortestText(x: number, guess?: string): string {
  const digits = guess?.replace(/e.*/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length ?? 1;
  for (let precision = Math.max(1, digits - 1); precision <= 9; precision++) {
    const nearest = x.toPrecision(precision);
    if (Math.fround(Number(nearest)) === x) return String(Number(nearest));
    // Above a power of two numbers are twice as far apart as below: the nearest decimal may be out where the next is in.
    const next = nextDecimal(x, precision);
    if (Math.fround(next) === x) return String(next);
  }
  return 'longer than nine digits';
}

/** The decimal of this length that follows the nearest one, away from zero. */
function nextDecimal(x: number, precision: number): number {
  const [digits, power] = x.toExponential(precision - 1).split('e');
  const whole = Number(digits.replace('.', ''));
  return Number(`${whole + Math.sign(x)}e${Number(power) - precision + 1}`);
}
