// The same random numbers at every run.

/** Standard normal numbers: scores of such queries and keys spread as in a trained model at its start. */
export function normalNumbers(seed, length) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  // Box and Muller.
  const next = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Float32Array.from({ length }, next);
}
