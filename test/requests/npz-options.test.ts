/** Every option of the tensor routes, as the array that NumPy makes of it, means what it means in JSON. */
import { describe, expect, it } from 'vitest';
import { attentionOptions } from '../../src/codec/attention-options.ts';
import { NPZ_TYPE } from '../../src/codec/media-type.ts';
import { multiHeadOptions } from '../../src/codec/multi-head-options.ts';
import { type HandMember, npy, text, zip } from '../codec/npz/archive.ts';
import { answerOf, jsonRequest, refusalOf } from './tensor-asking.ts';

const numbers = (shape: number[], from = 0) =>
  Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => ((i * 7 + from) % 11) / 4 - 1);
type Flat = { shape: readonly number[]; data: readonly number[] };
const flat = (shape: number[], from?: number): Flat => ({ shape, data: numbers(shape, from) });

const integers = (...list: number[]) => ({
  descr: '<i8',
  shape: [list.length],
  data: BigInt64Array.from(list, BigInt),
});
const integer = (one: number) => ({ descr: '<i8', shape: [], data: BigInt64Array.of(BigInt(one)) });
const float = (one: number) => ({ descr: '<f8', shape: [], data: Float64Array.of(one) });
const flag = (one: boolean) => ({ descr: '|b1', shape: [], data: Uint8Array.of(Number(one)) });
const texts = (...list: string[]) => {
  const width = Math.max(...list.map((one) => one.length));
  const data = new Uint32Array(width * list.length);
  for (const [i, one] of list.entries())
    data.set(
      Array.from(one, (character) => character.codePointAt(0) ?? 0),
      i * width,
    );
  return { descr: `<U${width}`, shape: [list.length], data };
};

type AsArray = { descr: string; shape: readonly number[]; data: ArrayBufferView } | string;
/** A value in JSON, and what NumPy users write for it. */
type Said = [json: unknown, array: AsArray];

const LABELS: Record<string, Said> = {
  query_labels: [['The', 'cat'], texts('The', 'cat')],
  focus: ['cat', 'cat'],
};
const COMMON: Record<string, Said> = {
  dropout_p: [0, float(0)],
  dropout: [0, float(0)],
  precision: ['float64', 'float64'],
  tensor_format: ['flat', 'flat'],
};
const ATTENTION: Record<string, Said> = {
  is_causal: [true, flag(true)],
  query_offset: [[1], integers(1)],
  scale: [0.125, float(0.125)],
  softcap: [2, integer(2)],
  window: [{ left: 1, right: 0 }, '{"left": 1, "right": 0}'],
  attn_mask_type: ['boolean', 'boolean'],
  alibi_slopes: [[0.5, 0.25], { descr: '<f4', shape: [2], data: Float32Array.of(0.5, 0.25) }],
  key_lengths: [[2], integers(2)],
  query_lengths: [[1], integers(1)],
  rotary: [{ base: 10000, dim: 2 }, '{"base": 10000, "dim": 2}'],
  outputs: [['weights', 'lse'], '["weights", "lse"]'],
  enable_gqa: [true, flag(true)],
  need_weights: [true, flag(true)],
  ...LABELS,
  key_labels: [['x', 'y', 'z'], texts('x', 'y', 'z')],
  head_labels: [['größer', '猫'], texts('größer', '猫')],
  ...COMMON,
};
const MULTI_HEAD: Record<string, Said> = {
  num_heads: [2, integer(2)],
  num_kv_heads: [2, integer(2)],
  is_causal: [true, flag(true)],
  attn_mask_type: ['additive', 'additive'],
  key_padding_mask_type: ['boolean', 'boolean'],
  need_weights: [false, flag(false)],
  average_attn_weights: [false, flag(false)],
  add_zero_attn: [true, flag(true)],
  embed_dim: [4, integer(4)],
  kdim: [4, integer(4)],
  vdim: [4, integer(4)],
  bias: [false, flag(false)],
  add_bias_kv: [false, flag(false)],
  batch_first: [true, flag(true)],
  ...LABELS,
  key_labels: [['x', 'y'], texts('x', 'y')],
  head_labels: [['a', 'b'], texts('a', 'b')],
  ...COMMON,
};

const ROUTES = [
  {
    kind: 'attention',
    schema: attentionOptions,
    said: ATTENTION,
    tensors: {
      query: flat([1, 2, 2, 2]),
      key: flat([1, 2, 3, 2], 3),
      value: flat([1, 2, 3, 2], 5),
      attn_mask: { shape: [2, 3], data: [1, 1, 0, 1, 1, 1] },
    },
    always: { attn_mask_type: ATTENTION.attn_mask_type },
  },
  {
    kind: 'multi-head',
    schema: multiHeadOptions,
    said: MULTI_HEAD,
    tensors: {
      query: flat([2, 4]),
      key: flat([2, 4], 2),
      value: flat([2, 4], 4),
      in_proj_weight: flat([12, 4], 1),
      out_proj_weight: flat([4, 4], 6),
    },
    always: { num_heads: MULTI_HEAD.num_heads },
  },
] as const;

const memberOf = (field: string, array: AsArray): HandMember =>
  typeof array === 'string' ? text(field, array) : { name: `${field}.npy`, data: npy(array, array.data) };
/** The kernel's tensors in JSON and as arrays of float32. */
const tensorMember = ([field, { shape, data }]: [string, Flat]) =>
  memberOf(field, { descr: '<f4', shape, data: Float32Array.from(data) });

describe.each(ROUTES)('an option of $kind in an archive of NumPy', ({ kind, schema, said, tensors, always }) => {
  it('is one of those that are tried here', () => {
    expect(Object.keys(said).toSorted()).toEqual(Object.keys(schema.shape).toSorted());
  });

  it.each(Object.keys(schema.shape))('means what it means in JSON: %s', (name) => {
    const labels = name === 'focus' ? { query_labels: said.query_labels } : {};
    const options: [string, Said][] = Object.entries({ ...always, ...labels, [name]: said[name] });
    const json = jsonRequest(kind, {
      ...tensors,
      ...Object.fromEntries(options.map(([field, [value]]) => [field, value])),
    });
    const body = zip([
      ...Object.entries(tensors).map(tensorMember),
      ...options.map(([field, [, array]]) => memberOf(field, array)),
    ]);
    const request = { ...json, body, contentType: NPZ_TYPE, accept: 'application/json' };
    const inJson = answerOf(name === 'tensor_format' ? json : { ...json, body: nested(json.body) });
    expect(answerOf(request)).toEqual(inJson);
  });
});

describe('an option that may be said in several ways', () => {
  const [{ tensors }] = ROUTES;
  const { attn_mask: _, ...own } = tensors;
  it.each<[string, unknown, AsArray]>([
    ['is_causal', 'lower_right', 'lower_right'],
    ['is_causal', true, 'True'],
    ['outputs', ['weights', 'stats'], texts('weights', 'stats')],
    ['outputs', ['lse'], 'lse'],
    ['query_offset', 2, integer(2)],
    ['key_lengths', [2], '[2]'],
    ['key_lengths', [2], { descr: '<f4', shape: [1], data: Float32Array.of(2) }],
    ['alibi_slopes', [[0.5, 0.25]], { descr: '<f8', shape: [1, 2], data: Float64Array.of(0.5, 0.25) }],
    ['alibi_slopes', [0.5, 0.25], '[0.5, 0.25]'],
    ['sinks', [0.5, '-Infinity'], '[0.5, "-Infinity"]'],
    ['sinks', 0.5, float(0.5)],
    ['scale', null, 'None'],
  ])('means the same as in JSON: %s = %j', (name, value, array) => {
    const json = jsonRequest('attention', { ...own, [name]: value, tensor_format: 'nested' });
    const body = zip([...Object.entries(own).map(tensorMember), memberOf(name, array)]);
    expect(answerOf({ ...json, body, contentType: NPZ_TYPE })).toEqual(answerOf(json));
  });

  it.each<[string, AsArray]>([
    ['scale', float(Number.NaN)],
    ['scale', float(Number.POSITIVE_INFINITY)],
    ['softcap', flag(true)],
    ['key_lengths', { descr: '<f4', shape: [1], data: Float32Array.of(1.5) }],
    ['is_causal', integer(1)],
    ['window', integers(1, 0)],
  ])('is refused where JSON would refuse it: %s', (name, array) => {
    const body = zip([...Object.entries(own).map(tensorMember), memberOf(name, array)]);
    const request = { ...jsonRequest('attention', {}), body, contentType: NPZ_TYPE };
    const { code, pointer } = refusalOf(request);
    expect([code, pointer?.split('/')[1]]).toEqual(['invalid_option', name]);
  });
});

/** The same request with an answer in nested lists, as an archive has it. */
function nested(body: Uint8Array): Uint8Array {
  return Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body).toString()), tensor_format: 'nested' }));
}
