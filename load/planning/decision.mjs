// Where one way begins to be cheaper than another, and a decision as a row of the table in README.md.

/**
 * Where the second way begins to be cheaper for good, between the sizes that were measured: by the ratio of both costs,
 * which is taken to grow as a power of the size.
 * @param {{ at: number, one: number, other: number }[]} points by size, smallest first
 * @returns {number} 0 when the second is cheaper at every size, Infinity when it is not at the largest
 */
export function breakEven(points) {
  let first = points.length;
  while (first > 0 && points[first - 1].other < points[first - 1].one) first--;
  if (first === 0) return 0;
  if (first === points.length) return Number.POSITIVE_INFINITY;
  const before = points[first - 1];
  const after = points[first];
  const lost = Math.log(before.other / before.one);
  const won = Math.log(after.one / after.other);
  return before.at * (after.at / before.at) ** (lost / (lost + won));
}

/** A break-even in words, with the ends of what was measured where it lies outside. */
export function breakEvenText(points, write) {
  const at = breakEven(points);
  if (at === 0) return `below ${write(points[0].at)}`;
  return Number.isFinite(at) ? `at ${write(at)}` : `above ${write(points.at(-1).at)}`;
}

/** @param {{ decision: string, measured: string, constant: string, chosen: string }} row */
export function markdownRow({ decision, measured, constant, chosen }) {
  return `| ${[decision, measured, constant, chosen].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

export const MARKDOWN_HEADER = ['| decision | measured | constant | chosen, and why |', '| --- | --- | --- | --- |'];

/** Milliseconds as microseconds, to three digits. */
export function microseconds(ms) {
  const us = 1000 * ms;
  return us >= 100 ? us.toFixed(0) : us.toPrecision(us >= 10 ? 3 : 2);
}

/** Bytes in the unit that people say. */
export function bytesText(bytes) {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  return bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
