/** Scores as the softmax reads them: scaled, capped, biased and hidden. */
import type { Core } from './core.ts';
import { rounded } from './formats.ts';
import type { Habits } from './habits.ts';
import { dot, type Heads, heads, sizesOf } from './nested.ts';

const HIDDEN = Number.NEGATIVE_INFINITY;
/** What is added and as low as this hides, as −∞ does: half of the lowest float32 is far from it. */
const LEAST_ADDED = -3.38e38;

/** Which key head query head h reads. */
export function keyHeadOf(core: Core, h: number, habits: Habits): number {
  const [count, keyHeads] = [core.query[0].length, core.key[0].length];
  const own = habits.headsTiled ? h % keyHeads : Math.floor(h / (count / keyHeads));
  return habits.headsReversed === 'keys' ? keyHeads - 1 - own : own;
}

/** [B, H, Lq, Lk], −∞ where a query does not see a key. */
export function scoresOf(core: Core, habits: Habits): Heads {
  const [batch, count, queryLength] = sizesOf(core.query);
  const keyLength = core.key[0][0].length;
  return heads([batch, count, queryLength, keyLength], (b, h, i, j) => {
    if (j >= keysRead(core, habits)) return HIDDEN;
    const product = dot(core.query[b][h][i], core.key[b][keyHeadOf(core, h, habits)][j]);
    const bias = alibi(core, [b, h, i, j], habits);
    const { added, isHidden } = masked(core, [b, h, i, j], habits);
    const isOut = isHidden === 'always' || !isSeen(core, [b, i, j], habits);
    return score(core, habits, { product, bias, added, isHidden: isHidden !== 'never', isOut });
  });
}

/** How many keys are looked at at all. */
export function keysRead({ keysThere }: Core, { wholeTilesOf = 1 }: Habits): number {
  return Math.floor(keysThere[0].length / wholeTilesOf) * wholeTilesOf;
}

/** Scores are scale·query·key, as `expected_scores` has them. */
export function plainScores(core: Core, habits: Habits): Heads {
  const [batch, count, queryLength] = sizesOf(core.query);
  const scale = scaleOf(core, habits);
  return heads(
    [batch, count, queryLength, core.key[0][0].length],
    (b, h, i, j) => scale * dot(core.query[b][h][i], core.key[b][keyHeadOf(core, h, habits)][j]),
  );
}

interface Parts {
  product: number;
  bias: number;
  /** By the mask. */
  added: number;
  isHidden: boolean;
  /** Hidden by its position, or by a mask that hides with −∞. */
  isOut: boolean;
}

function score(core: Core, habits: Habits, { product, bias, added, isHidden, isOut }: Parts): number {
  const scale = scaleOf(core, habits);
  const { softcap, scoresRounded, hiding } = habits;
  const limit = softcap === 'missing' ? 0 : core.softcap;
  const cap = (x: number) => (limit > 0 ? limit * Math.tanh(x / limit) : x);
  const early = habits.alibi === 'before_scale' ? bias : 0;
  const late = bias - early + added;
  const exact = scoresRounded?.what === 'products' ? rounded(product, scoresRounded.to) : product;
  const scaled = scale * (exact + early);
  const held = scoresRounded?.what === 'scaled' ? rounded(scaled, scoresRounded.to) : scaled;
  let result = cap(held) + late;
  if (softcap === 'before_scale') result = scale * (cap(exact) + early) + late;
  if (softcap === 'after_bias') result = cap(held + late);
  if (softcap === 'after_mask') return isOut ? cap(HIDDEN) : cap(held + late);
  if (isOut) return HIDDEN;
  if (isHidden && hiding) return hiding.how === 'added' ? result + hiding.number : hiding.number;
  return result;
}

function scaleOf(core: Core, { scale }: Habits): number {
  if (scale === 'missing') return 1;
  if (scale === 'of_value_dim') return 1 / Math.sqrt(core.value[0][0][0].length);
  if (scale === 'without_root') return 1 / core.query[0][0][0].length;
  return scale === 'twice' ? core.scale ** 2 : core.scale;
}

function alibi({ slopes, offsets }: Core, [b, h, i, j]: readonly number[], habits: Habits): number {
  if (slopes === undefined || habits.alibi === 'missing') return 0;
  const distance = Math.abs(i + offsets[b] - j);
  return (habits.alibi === 'sign' ? 1 : -1) * slopes[b][h] * distance;
}

/** What the mask does to a score: adds a number, hides it for good, or by a number. */
function masked(
  { mask }: Core,
  [b, h, i, j]: readonly number[],
  habits: Habits,
): { added: number; isHidden: 'never' | 'always' | 'by_number' } {
  if (mask === undefined || habits.mask === 'missing' || habits.mask === 'after_softmax') {
    return { added: 0, isHidden: 'never' };
  }
  const entry = habits.mask === 'transposed' ? mask(b, h, j, i) : mask(b, h, i, j);
  if (habits.mask === 'as_numbers') return { added: Number(entry), isHidden: 'never' };
  const hides = typeof entry === 'number' ? entry <= LEAST_ADDED : entry === (habits.mask === 'inverted');
  if (hides) return { added: 0, isHidden: habits.hiding ? 'by_number' : 'always' };
  return { added: typeof entry === 'number' ? entry : 0, isHidden: 'never' };
}

/** Whether query i sees key j by their positions. */
function isSeen(core: Core, [b, i, j]: readonly number[], habits: Habits): boolean {
  const p = i + core.offsets[b];
  const corner = i + core.corners[b] + (habits.causalShift ?? 0);
  return (
    isNoPadding(core.keysThere[b], j, habits) &&
    core.rowsThere[b][i] &&
    (!core.isCausal || j <= corner) &&
    j >= p - core.window.left &&
    j <= p + core.window.right
  );
}

function isNoPadding(there: readonly boolean[], j: number, { padding }: Habits): boolean {
  if (padding === 'missing') return true;
  if (padding === 'inverted') return !there[j];
  return padding === 'left' ? there[there.length - 1 - j] : there[j];
}
