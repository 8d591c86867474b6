/** Counts and histograms as the numbers of a metric. */
import type { Buckets } from './buckets.ts';
import type { Sample } from './sources.ts';

export function* countsOf(counts: Iterable<readonly [string | number, number]>, label: string): Generator<Sample> {
  for (const [key, value] of counts) yield { labels: { [label]: String(key) }, value };
}

export function* samplesOf(
  { bounds, counts, sum }: Pick<Buckets, 'bounds' | 'counts' | 'sum'>,
  labels: Record<string, string> = {},
): Generator<Sample> {
  let total = 0;
  for (const [i, count] of counts.entries()) {
    total += count;
    yield {
      suffix: '_bucket',
      labels: { ...labels, le: i < bounds.length ? String(bounds[i]) : '+Inf' },
      value: total,
    };
  }
  yield { suffix: '_sum', labels, value: sum };
  yield { suffix: '_count', labels, value: total };
}
