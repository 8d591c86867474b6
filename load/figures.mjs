// Numbers from measurements, and tables of them.

/** The p-quantile (0 to 1) by the nearest rank; NaN of nothing. */
export function quantile(values, p) {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? Number.NaN : sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
}

export const median = (values) => quantile(values, 0.5);

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
  return { date: new Date().toISOString(), node: process.version, platform: `${process.platform} ${process.arch}` };
}
