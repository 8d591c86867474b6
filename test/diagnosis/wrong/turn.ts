/** Rotary position embedding (Su et al. 2021), with the ways to get it wrong. */
import type { AttentionFields, Positions, RotaryFields } from './fields.ts';
import type { Habits } from './habits.ts';
import type { Heads } from './nested.ts';

/** Queries and new keys, turned by their positions. `offsets`: where query 0 of each batch entry stands. */
export function turned(
  { query, key, past_key, rotary }: AttentionFields,
  offsets: readonly number[],
  habits: Habits,
): { query: Heads; key: Heads } {
  if (rotary === undefined || habits.rotaryMissing) return { query, key };
  const { positions } = rotary;
  const [ofQuery, ofKey] =
    positions === undefined || Array.isArray(positions) ? [positions, positions] : [positions.query, positions.key];
  const past = habits.rotaryRestarts ? 0 : (past_key?.[0][0].length ?? 0);
  const shift = habits.rotaryShift ?? { query: 0, key: 0 };
  const queryAt = (b: number, i: number) => positionIn(ofQuery, b, i) ?? i + (habits.rotaryRestarts ? 0 : offsets[b]);
  const keyAt = (b: number, j: number) => positionIn(ofKey, b, j) ?? j + past;
  const angle = anglesOf(rotary, habits);
  const turn = (x: Heads, at: (b: number, row: number) => number) =>
    x.map((entry, b) =>
      entry.map((head) => head.map((row, i) => turnedRow(row, at(b, i), angle, pairsOf(rotary, habits)))),
    );
  return {
    query: habits.rotaryOnly === 'key' ? query : turn(query, (b, i) => queryAt(b, i) + shift.query),
    key: habits.rotaryOnly === 'query' ? key : turn(key, (b, j) => keyAt(b, j) + shift.key),
  };
}

function positionIn(positions: Positions | undefined, b: number, row: number): number | undefined {
  const own = positions?.[positions.length === 1 ? 0 : b];
  return Array.isArray(own) ? own[row] : (positions as number[] | undefined)?.[row];
}

/** The angle of pair n at position p. */
function anglesOf({ base, dim }: RotaryFields, { rotaryBase, rotaryBackwards }: Habits) {
  const sense = rotaryBackwards ? -1 : 1;
  return (p: number, n: number) => sense * p * (rotaryBase ?? base) ** ((-2 * n) / dim);
}

function pairsOf({ dim, interleaved = false }: RotaryFields, { rotaryInterleaved = interleaved }: Habits) {
  return Array.from({ length: dim / 2 }, (_, n) => (rotaryInterleaved ? [2 * n, 2 * n + 1] : [n, n + dim / 2]));
}

function turnedRow(row: number[], p: number, angle: (p: number, n: number) => number, pairs: number[][]): number[] {
  const result = [...row];
  for (const [n, [a, b]] of pairs.entries()) {
    const [cos, sin] = [Math.cos(angle(p, n)), Math.sin(angle(p, n))];
    result[a] = row[a] * cos - row[b] * sin;
    result[b] = row[a] * sin + row[b] * cos;
  }
  return result;
}
