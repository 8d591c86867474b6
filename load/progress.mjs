// One line on the terminal that says what runs: long work must not look like a hang.

/** Without a terminal a line is printed at most this often. */
const EVERY_MS = 5000;

let lastMs = Number.NEGATIVE_INFINITY;

/** Shows what runs now, on stderr, in place of what it said before. */
export function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
  else if (performance.now() - lastMs >= EVERY_MS) {
    lastMs = performance.now();
    process.stderr.write(`${text}\n`);
  }
}

/** Takes the line away. */
export function progressDone() {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}
