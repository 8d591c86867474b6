import { describe, expect, it } from 'vitest';
import {
  attentionCases,
  type CaseTensor,
  firstDifference,
  multiHeadCases,
  requestOf,
} from '../../conformance/cases.ts';
import { attend } from './attend.ts';
import type { AttentionFields, MultiHeadFields } from './fields.ts';
import { attendMultiHead } from './multi-head.ts';
import { total } from './nested.ts';

describe('attention without habits', () => {
  it.each(attentionCases)('computes $name', (testCase) => {
    const { tensors, options, expected } = requestOf(testCase);
    const { output, weights, scores, lse } = attend({
      ...nestedTensors(tensors),
      ...options,
    } as unknown as AttentionFields);
    const got: Record<string, unknown[]> = { output, weights, scores, lse };
    for (const [name, want] of Object.entries(expected)) {
      // What stands between scores and weights, and what is kept of a past, nobody asks a diagnosis for.
      if (!(name in got)) continue;
      expect(firstDifference(got[name].flat(9).map(Number), want, testCase.tolerance), name).toBeUndefined();
    }
  });

  it.each(multiHeadCases)('computes $name', (testCase) => {
    const { tensors, options, expected } = requestOf(testCase);
    const { query, key, value, ...others } = nestedTensors(tensors);
    const isOne = tensors.query.shape.length === 2;
    const inBatch = (x: unknown) => (isOne ? [x] : x);
    const padding = others.key_padding_mask;
    const fields = {
      ...{ query: inBatch(query), key: inBatch(key), value: inBatch(value), ...others, ...options },
      ...(padding === undefined ? {} : { key_padding_mask: inBatch(padding) }),
    } as unknown as MultiHeadFields;
    const { output, weights } = attendMultiHead(fields);
    expect(firstDifference(output.flat(2), expected.output, testCase.tolerance)).toBeUndefined();
    const mean = weights.map((entry) =>
      entry[0].map((row, i) => row.map((_, j) => total(entry.map((head) => head[i][j])) / entry.length)),
    );
    const got = options.average_attn_weights ? mean.flat(2) : weights.flat(3);
    expect(firstDifference(got, expected.weights, testCase.tolerance)).toBeUndefined();
  });
});

function nestedTensors(tensors: Record<string, CaseTensor>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, nested(data, shape)]));
}

function nested(data: CaseTensor['data'], shape: readonly number[]): unknown {
  const entries = data.map((entry) => (typeof entry === 'string' ? Number(entry) : entry));
  if (shape.length === 1) return entries;
  const each = data.length / shape[0];
  return Array.from({ length: shape[0] }, (_, n) => nested(data.slice(n * each, (n + 1) * each), shape.slice(1)));
}
