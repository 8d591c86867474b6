import { expect } from 'vitest';

/** Numbers of a kernel against those of a formula in float64; infinities only equal themselves. */
export function expectNear(
  got: number,
  want: number,
  { what, tolerance = 1e-5 }: { what: string; tolerance?: number },
): void {
  if (got === want || Math.abs(got - want) <= tolerance * (1 + Math.min(Math.abs(got), Math.abs(want)))) return;
  expect.fail(`${what} is ${got}, expected ${want}`);
}
