/**
 * Numbers to look at a large matrix by, with what patterns of models have: what is near (a band), what all look at (columns) and
 * what looks like itself (stripes). The same numbers for a size, always.
 */

const HEAD_DIM = 64;
/** Waves of positions, so that what is near is alike. */
const WAVES = 24;
const PERIODS = 5;
const SALIENT_EVERY = 97;

export interface MadeUp {
  query: Float32Array;
  key: Float32Array;
  value: Float32Array;
  headDim: number;
}

/** `[size, 64]` each. */
export function madeUp(size: number): MadeUp {
  const query = new Float32Array(size * HEAD_DIM);
  const key = new Float32Array(size * HEAD_DIM);
  const value = new Float32Array(size * HEAD_DIM);
  for (let at = 0; at < size; at++) {
    const row = at * HEAD_DIM;
    for (let wave = 0; wave < WAVES; wave++) {
      const angle = at / 4 ** (wave / PERIODS);
      query[row + 2 * wave] = key[row + 2 * wave] = Math.cos(angle);
      query[row + 2 * wave + 1] = key[row + 2 * wave + 1] = Math.sin(angle);
    }
    for (let rest = 2 * WAVES; rest < HEAD_DIM; rest++) {
      query[row + rest] = 1.2 * Math.sin(0.37 * at * (rest - 40) + rest);
      key[row + rest] = 1.2 * Math.sin(0.37 * at * (rest - 40) + rest + 0.6) + (at % SALIENT_EVERY === 0 ? 1.5 : 0);
    }
    value[row] = at / size;
  }
  return { query, key, value, headDim: HEAD_DIM };
}
