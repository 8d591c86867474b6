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

/** All changes that make another convention of that of a dump, each once for a hypothesis; the same list on each thread. */
export function changesOf(dump: Dump): readonly Change[] {
  const right = rightConvention(dump);
  const own = signatureOf(right);
  const known = new Set<string>();
  const changes: Change[] = [];
  for (const hypothesis of HYPOTHESES) {
    for (const variant of hypothesis.variants(dump)) {
      const signature = signatureOf(variant.apply(right));
      const name = `${hypothesis.name} ${signature}`;
      if (signature === own || known.has(name)) continue;
      known.add(name);
      changes.push({ hypothesis, variant });
    }
  }
  return changes;
}

/** Two conventions with the same signature are the same. */
export function signatureOf(convention: Convention): string {
  return JSON.stringify(convention, (_, value: unknown) => (value === Number.POSITIVE_INFINITY ? 'open' : value));
}
