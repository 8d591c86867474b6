import type { Convention } from '../convention.ts';
import type { Dump } from '../dump.ts';

/** One way in which a misunderstanding is done: a small change of the convention. */
export interface Variant {
  apply(convention: Convention): Convention;
  /** The options of a request that say so, in the names of the wire; none where options cannot. */
  options: Readonly<Record<string, unknown>> | undefined;
}

/** A known misunderstanding. Its name is part of the API. */
export interface Hypothesis {
  name: string;
  /** What the code does, as the end of a sentence that begins with "Your code". */
  sentence: string;
  /** What to do about it. */
  advice: string;
  /** The ways in which it is done that could make a difference for this dump; none where it cannot be. */
  variants(dump: Dump): readonly Variant[];
}

/** A variant that sets what `patch` says, whatever else is changed. */
export function setting(patch: Partial<Convention>, options?: Variant['options']): Variant {
  return { apply: (convention) => ({ ...convention, ...patch }), options };
}

/** A variant that depends on what stands there already. */
export function changing(
  change: (convention: Convention) => Partial<Convention>,
  options?: Variant['options'],
): Variant {
  return { apply: (convention) => ({ ...convention, ...change(convention) }), options };
}

/** The variants where a condition holds, else none. */
export function when(condition: boolean, ...variants: readonly Variant[]): readonly Variant[] {
  return condition ? variants : [];
}
