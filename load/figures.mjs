// Numbers from measurements, and tables of them.
import { availableParallelism, cpus, totalmem } from 'node:os';

/** The p-quantile (0 to 1) by the nearest rank; NaN of nothing. */
export function quantile(values, p) {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? Number.NaN : sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
}

/** The percentiles that latencies are told by. */
export const PERCENTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The median, and between which values that of all there could be lies in 19 of 20 cases: order statistics, as the normal
 * approximation of the binomial gives them. With fewer than six values these are the least and the largest.
 */
export function medianRange(values) {
  const sorted = Float64Array.from(values).sort();
  const below = Math.max(0, Math.floor((sorted.length - 1.96 * Math.sqrt(sorted.length)) / 2));
  return { median: median(sorted), low: sorted[below], high: sorted[sorted.length - 1 - below] };
}

/** What something costs beside something else, in percent of what that gives, from medians of rounds of each start. */
export function costPercent(starts, beside, of) {
  const each = starts.map((rounds, i) => 100 * (1 - median(rounds.map(of)) / median(beside[i].map(of))));
  return medianRange(each);
}

/** Such a cost as text: `1.2 (0.3 to 2.1)`. */
export const costText = ({ median: middle, low, high }) =>
  `${middle.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;

/** Prints rows of text in columns: the first to the left, the others to the right. */
export function printTable(header, rows) {
  const lines = [header, ...rows].map((line) => line.map(String));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) {
    const cells = line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    console.log(cells.join('  ').trimEnd());
  }
}

/** Where the figures come from: without it they cannot be compared. */
export function machine() {
  return {
    date: new Date().toISOString(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
  };
}
