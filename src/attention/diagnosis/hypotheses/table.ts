import { type Convention, rightConvention } from '../convention.ts';
import type { Dump } from '../dump.ts';
import { alibiHypotheses } from './alibi.ts';
import { causalHypotheses } from './causal.ts';
import { headsHypotheses, rolesHypotheses } from './heads.ts';
import type { Hypothesis, Variant } from './hypothesis.ts';
import { maskHypotheses, paddingHypotheses } from './mask.ts';
import { precisionHypotheses } from './precision.ts';
import { projectionHypotheses } from './projection.ts';
import { rotaryHypotheses } from './rotary.ts';
import { scaleHypotheses } from './scale.ts';
import { softcapHypotheses } from './softcap.ts';
import { sumHypotheses } from './sum.ts';
import { windowHypotheses } from './window.ts';

/** All that is known to go wrong; among equals the first is named first. */
export const HYPOTHESES: readonly Hypothesis[] = [
  ...scaleHypotheses,
  ...softcapHypotheses,
  ...causalHypotheses,
  ...maskHypotheses,
  ...paddingHypotheses,
  ...windowHypotheses,
  ...alibiHypotheses,
  ...rotaryHypotheses,
  ...headsHypotheses,
  ...rolesHypotheses,
  ...sumHypotheses,
  ...precisionHypotheses,
  ...projectionHypotheses,
];

/** A variant of a hypothesis. */
export interface Change {
  hypothesis: Hypothesis;
  variant: Variant;
}

/** The places in the table of all changes that make another convention of that of a dump, each once for a hypothesis. */
export function changesOf(dump: Dump): ChangePlace[] {
  const right = rightConvention(dump);
  const signatures = new Signatures();
  const own = signatures.of(right);
  const known = new Set<string>();
  const changes: ChangePlace[] = [];
  for (const [hypothesis, { name, variants }] of HYPOTHESES.entries()) {
    for (const [variant, { apply }] of variants(dump).entries()) {
      const signature = signatures.of(apply(right));
      const full = `${name} ${signature}`;
      if (signature === own || known.has(full)) continue;
      known.add(full);
      changes.push([hypothesis, variant]);
    }
  }
  return changes;
}

/** The number of a hypothesis, and of one of its variants. */
export type ChangePlace = readonly [hypothesis: number, variant: number];

/** The changes at some places: pairs of numbers, one after another. */
export function changesAt(dump: Dump, places: ArrayLike<number>): readonly Change[] {
  const variants = HYPOTHESES.map((hypothesis) => hypothesis.variants(dump));
  return Array.from({ length: places.length / 2 }, (_, at) => {
    const hypothesis = places[2 * at];
    return { hypothesis: HYPOTHESES[hypothesis], variant: variants[hypothesis][places[2 * at + 1]] };
  });
}

/** Tells conventions from each other. */
class Signatures {
  readonly #numbers = new Map<string, number>();
  readonly #lists = new WeakMap<object, string>();

  /** Two conventions with the same signature are the same. */
  of(convention: Convention): string {
    return JSON.stringify(convention, (_, value: unknown) => {
      if (value === Number.POSITIVE_INFINITY) return 'open';
      return Array.isArray(value) ? this.#nameOf(value) : value;
    });
  }

  /** Most conventions share their lists, which are as long as a batch is large: each is written once. */
  #nameOf(list: readonly unknown[]): string {
    const known = this.#lists.get(list);
    if (known !== undefined) return known;
    const text = list.join();
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    this.#lists.set(list, `list ${number}`);
    return `list ${number}`;
  }
}
