import type { Tolerance } from '../../attention/diagnosis/errors.ts';
import type { Findings } from './findings.ts';

/** A diagnosis in a sentence or two. */
export function summaryOf({ verdict, errors, explained }: Findings, where: string, { rtol, atol }: Tolerance): string {
  if (verdict.kind === 'match') {
    return `Right: all ${errors.compared} numbers are within rtol ${rtol} and atol ${atol}.`;
  }
  const share = `${percent(errors.beyondTolerance)} of the numbers are beyond the tolerance (${where})`;
  const [cause] = explained.causes;
  if (verdict.kind === 'rounding') {
    const why = cause === undefined ? '' : ` It is exactly what ${cause.names.join(' and ')} gives.`;
    const times = verdict.ratio.toPrecision(2);
    return `Rounding: ${share}, but the error is ${times} times what ${verdict.format} arithmetic explains.${why}`;
  }
  if (cause === undefined) {
    if (errors.isAllZero)
      return `Different: ${share}. All numbers that were given are 0: was the output written at all?`;
    if (explained.partly !== undefined) {
      return `Different: ${share}, and no known misunderstanding gives all numbers; those that are off are what ${explained.partly.hypothesis.name} gives.`;
    }
    return `Different: ${share}, and no known misunderstanding, nor two or three of them together, gives these numbers.`;
  }
  const others =
    cause.sameAs.length === 0
      ? ''
      : ` On these inputs it is the same as ${cause.sameAs.map((names) => names.join(' and ')).join(', ')}.`;
  return `Different: ${share}. Cause: ${cause.names.join(' and ')}.${others}`;
}

function percent(share: number): string {
  const of = 100 * share;
  if (of >= 99.5 && share < 1) return 'more than 99 %';
  return of >= 10 || of === 0 ? `${of.toFixed(0)} %` : `${of.toPrecision(2)} %`;
}
