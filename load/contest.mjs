// Contenders take turns within each round, so that a noisy machine is noisy for all of them.

/** A contender runs at least this long in each round. */
const ROUND_MS = 40;

/** Milliseconds of one run, as the mean of as many as fill a round. */
async function timed({ run, isAsync }, roundMs) {
  const start = performance.now();
  for (let runs = 1; ; runs++) {
    if (isAsync) await run();
    else run();
    const elapsed = performance.now() - start;
    if (elapsed >= roundMs) return elapsed / runs;
  }
}

/**
 * Times of every contender, one a round. The first round warms caches, WebAssembly's tiers and onnxruntime's arena; it
 * does not count.
 * @param {{ run: () => unknown, isAsync?: boolean }[]} contenders
 * @returns {Promise<Map<object, number[]>>} milliseconds of one run
 */
export async function takeTurns(contenders, rounds, roundMs = ROUND_MS) {
  const times = new Map(contenders.map((contender) => [contender, []]));
  for (let round = -1; round < rounds; round++) {
    for (const contender of contenders) {
      const ms = await timed(contender, roundMs);
      if (round >= 0) times.get(contender).push(ms);
    }
  }
  return times;
}
