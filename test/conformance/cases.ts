import { readdirSync, readFileSync } from 'node:fs';
import { type AttentionOptions, attentionOptions, attentionTensorFields } from '../../src/codec/attention-options.ts';
import { innerNames } from '../../src/codec/inner-names.ts';
import { readOptions } from '../../src/codec/read-options.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

/** A tensor as the case files hold it; row-major, "-Infinity" for −∞. */
export interface CaseTensor {
  shape: number[];
  dtype: 'float32' | 'bool' | 'int64';
  data: (number | boolean | string)[];
}

export interface ConformanceCase {
  name: string;
  family: string;
  op: 'Attention' | 'MultiheadAttention';
  attributes: Record<string, number | boolean | null>;
  inputs: Record<string, CaseTensor>;
  outputs: Record<string, CaseTensor>;
  tolerance: { abs: number; rel: number };
  request?: Record<string, unknown>;
}

const directory = new URL('./cases/', import.meta.url);

export const conformanceCases: ConformanceCase[] = readdirSync(directory)
  .sort()
  .map((file) => JSON.parse(readFileSync(new URL(file, directory), 'utf8')));

export const attentionCases = conformanceCases.filter((c) => c.op === 'Attention');
export const multiHeadCases = conformanceCases.filter((c) => c.op === 'MultiheadAttention');

/** A case as a request of ours: tensors and other fields by their wire names, and what must come back. */
export interface CaseRequest {
  path: string;
  tensors: Record<string, CaseTensor>;
  options: Record<string, unknown>;
  /** Wire name → expected tensor, in the shape of our answer. */
  expected: Record<string, CaseTensor>;
}

export function requestOf(testCase: ConformanceCase): CaseRequest {
  return testCase.op === 'Attention' ? attentionRequest(testCase) : multiHeadRequest(testCase);
}

function attentionRequest({ attributes, inputs, outputs, request }: ConformanceCase): CaseRequest {
  const { Q, K, V, attn_mask, past_key, past_value, nonpad_kv_seqlen, sinks } = inputs;
  const heads = attributes.q_num_heads as number | undefined;
  const keyHeads = attributes.kv_num_heads as number | undefined;
  const tensors: Record<string, CaseTensor> = {
    query: heads ? splitHeads(Q, heads) : Q,
    key: keyHeads ? splitHeads(K, keyHeads) : K,
    value: keyHeads ? splitHeads(V, keyHeads) : V,
  };
  if (attn_mask) tensors.attn_mask = attn_mask;
  if (sinks) tensors.sinks = sinks;
  if (past_key) Object.assign(tensors, { past_key, past_value });

  const options: Record<string, unknown> = { ...request };
  if (attributes.is_causal) options.is_causal = true;
  if (attributes.scale !== undefined) options.scale = attributes.scale;
  if (attributes.softcap) options.softcap = attributes.softcap;
  if (nonpad_kv_seqlen) options.key_lengths = nonpad_kv_seqlen.data;
  const left = attributes.left_window_size ?? -1;
  const right = attributes.right_window_size ?? -1;
  if (Number(left) >= 0 || Number(right) >= 0) {
    options.window = { ...(Number(left) >= 0 ? { left } : {}), ...(Number(right) >= 0 ? { right } : {}) };
  }

  const expected: Record<string, CaseTensor> = { output: heads ? splitHeads(outputs.Y, heads) : outputs.Y };
  const asked = new Set<string>();
  if (outputs.lse) {
    asked.add('lse');
    expected.lse = outputs.lse;
  }
  if (outputs.present_key) {
    asked.add('present');
    expected.present_key = outputs.present_key;
    expected.present_value = outputs.present_value;
  }
  if (outputs.qk_matmul_output) {
    const name = (['scores', 'softcapped', 'masked_scores', 'weights'] as const)[
      Number(attributes.qk_matmul_output_mode ?? 0)
    ];
    expected[name] = outputs.qk_matmul_output;
    // Scores after softcap are not an output of ours: they follow from the scores.
    asked.add(name === 'softcapped' ? 'scores' : name);
  }
  if (asked.size > 0) options.outputs = [...asked];
  return { path: '/attention', tensors, options, expected };
}

function multiHeadRequest({ attributes, inputs, outputs }: ConformanceCase): CaseRequest {
  const { num_heads, add_zero_attn, average_attn_weights, need_weights } = attributes;
  return {
    path: '/attention/multi-head',
    tensors: inputs,
    options: { num_heads, add_zero_attn, average_attn_weights, need_weights },
    expected: {
      output: outputs.attn_output,
      ...(outputs.attn_output_weights ? { weights: outputs.attn_output_weights } : {}),
    },
  };
}

/** [B, L, H·d] → [B, H, L, d] */
function splitHeads({ shape: [batch, length, width], dtype, data }: CaseTensor, heads: number): CaseTensor {
  const dim = width / heads;
  const split: CaseTensor['data'] = [];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < length; i++) {
        const start = (b * length + i) * width + h * dim;
        split.push(...data.slice(start, start + dim));
      }
    }
  }
  return { shape: [batch, heads, length, dim], dtype, data: split };
}

/** A tensor of a case as the core takes it. */
export function coreTensor({ shape, dtype, data }: CaseTensor): Tensor {
  if (dtype === 'bool') return { dtype: 'bool', shape, data: Uint8Array.from(data, Number) };
  return { dtype: 'float32', shape, data: Float32Array.from(data, Number) };
}

/** The options of a case as the core takes them, which is what the reader makes of them. */
export function coreOptions(options: Record<string, unknown>): AttentionOptions {
  return innerNames(readOptions(attentionOptions, options, attentionTensorFields));
}

/** The first place where `got` is not what the case wants, or nothing. */
export function firstDifference(
  got: ArrayLike<number | string>,
  want: CaseTensor,
  { abs, rel }: { abs: number; rel: number },
): string | undefined {
  if (got.length !== want.data.length) return `${got.length} numbers, expected ${want.data.length}`;
  for (let i = 0; i < got.length; i++) {
    const g = Number(got[i]);
    const w = Number(want.data[i]);
    if (g === w || Math.abs(g - w) <= abs + rel * Math.abs(w)) continue;
    return `number ${i} is ${g}, expected ${w}`;
  }
  return undefined;
}
