import { describe, expect, it } from 'vitest';
import type { DiagnosisDocument } from '../../../src/requests/diagnosis/diagnosis-document.ts';
import { printedDiagnosis } from '../../../src/requests/diagnosis/diagnosis-text.ts';

const figures = {
  ...{ compared: 4, beyond_tolerance: 1, max_absolute: 2, mean_absolute: 1, max_relative: 1, mean_relative: 1 },
  ...{ root_mean_square: 1.5, correlation: null, cosine: null, nan: 0, infinite: 0 },
};

/** A diagnosis of one cause with the options that say it. */
function documentOf(request: Record<string, unknown>): DiagnosisDocument {
  return {
    verdict: 'different',
    summary: `Different: 100 % of the numbers are beyond the tolerance (all). Cause: ${'very '.repeat(30)}long.`,
    rounding: null,
    tolerance: { dtype: 'float32', rtol: 0, atol: 0 },
    errors: { output: figures },
    where: { pattern: 'all', kind: 'all', worst: [], by_batch: [], by_head: [], by_rows: [], by_columns: [], map: [] },
    causes: [
      {
        ...{ names: ['alibi_other_heads'], sentence: 'Your code does so.', advice: 'Do not.', request, same_as: [] },
        remaining: { root_mean_square: 1e-8, ratio: 1e-8 },
      },
    ],
    partly: null,
    closest: [],
    meta: {
      ...{ kernel: 'reference', reference: 'float64', rows: 1, rows_sampled: 1, rows_confirmed: 1, tried: 1 },
      ...{ is_search_complete: true, shape: [1, 1, 1, 4] },
    },
  };
}

const longest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('a diagnosis for terminals', () => {
  it('says what, where, why and what to do', () => {
    const text = printedDiagnosis(documentOf({ scale: 1 }));
    expect(text).toMatch(
      /^different: 100 % [\s\S]*where {3}all[\s\S]*cause {3}alibi_other_heads[\s\S]*help {4}Do not\./,
    );
    expect(text).toContain('your numbers are the answer with {"scale":1}');
  });

  it.each([1, 16, 40, 10_000])('has no line of more than 100 characters with options of %d heads', (heads) => {
    const slopes = Array.from({ length: heads }, (_, head) => 2 ** (-8 * (head / heads)));
    expect(longest(printedDiagnosis(documentOf({ alibi_slopes: slopes })))).toBeLessThanOrEqual(100);
  });

  it('leaves long options to JSON', () => {
    const text = printedDiagnosis(documentOf({ query_offset: Array.from({ length: 1000 }, () => -1) }));
    expect(text.length).toBeLessThan(2000);
    expect(text).toContain('another query_offset');
  });
});
