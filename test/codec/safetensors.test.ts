import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { attentionTensorFields } from '../../src/codec/attention-options.ts';
import { readSafetensors, writeSafetensors } from '../../src/codec/safetensors.ts';
import type { AnswerTensor } from '../../src/codec/tensor-request.ts';
import { widenTensors } from '../../src/requests/problems/named-tensors.ts';
import { allocate, allRead, limits, refusal } from './reading.ts';

const read = (body: Uint8Array) => allRead(readSafetensors(body, attentionTensorFields, limits, allocate));

/** A file as the format describes it, written by hand: 8 bytes of length, header, data. */
function file(header: unknown, data: Uint8Array = new Uint8Array(0), padding = 0): Uint8Array {
  const text = Buffer.from((typeof header === 'string' ? header : JSON.stringify(header)) + ' '.repeat(padding));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

const bytesOf = (data: ArrayBufferView) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
/** A file with one tensor. */
const single = (dtype: string, shape: number[], data: ArrayBufferView, name = 'query', metadata?: object) =>
  file(
    { ...(metadata && { __metadata__: metadata }), [name]: { dtype, shape, data_offsets: [0, data.byteLength] } },
    bytesOf(data),
  );

describe('a safetensors body', () => {
  const expected = { dtype: 'float32', shape: [3], data: Float32Array.of(1, -2.5, 0.5) };
  it.each([
    ['F64', Float64Array.of(1, -2.5, 0.5)],
    ['F32', Float32Array.of(1, -2.5, 0.5)],
  ])('is read as float32 from %s, at any alignment', (dtype, data) => {
    for (let padding = 0; padding < 8; padding++) {
      const header = { query: { dtype, shape: [3], data_offsets: [0, data.byteLength] } };
      expect(read(file(header, bytesOf(data), padding)).tensors.get('query')).toEqual(expected);
    }
  });

  const halves = [
    ['F16', 'float16', Uint16Array.of(0x3c00, 0xc100, 0x3800)],
    ['BF16', 'bfloat16', Uint16Array.of(0x3f80, 0xc020, 0x3f00)],
  ] as const;
  it.each(halves)('keeps the bits of %s, at any alignment, until somebody widens them', (name, dtype, data) => {
    for (let padding = 0; padding < 8; padding++) {
      const header = { query: { dtype: name, shape: [3], data_offsets: [0, data.byteLength] } };
      const { tensors } = read(file(header, bytesOf(data), padding));
      expect(tensors.get('query')).toEqual({ dtype, shape: [3], data });
      expect(widenTensors(tensors, allocate).get('query')).toEqual(expected);
    }
  });

  it.each(halves)('gives a mask of %s as float32', (name, _, data) => {
    const { tensors } = read(single(name, [3], data, 'attn_mask'));
    expect(tensors.get('attn_mask')).toEqual(expected);
  });

  it.each([
    ['F64', Float64Array.of(0.1, 1e300)],
    ['F32', Float32Array.of(0.1, 1e30)],
    ['F16', Uint16Array.of(0x3c00, 0xc100)],
    ['BF16', Uint16Array.of(0x3f80, 0xc020)],
  ])('is read as float64 from %s where precision asks for it', (dtype, data) => {
    const wide = { F16: [1, -2.5], BF16: [1, -2.5] }[dtype] ?? Array.from(data);
    const { tensors } = read(single(dtype, [2], data, 'query', { precision: 'float64' }));
    expect(tensors.get('query')).toEqual({ dtype: 'float64', shape: [2], data: Float64Array.from(wide) });
  });

  it.each([
    ['float32', 'F32', Float32Array.of(1, 2)],
    ['float16', 'F16', Uint16Array.of(1, 2)],
    ['bfloat16', 'BF16', Uint16Array.of(1, 2)],
  ])('is used in place where it is aligned %s, in shared memory too', (_, dtype, data) => {
    const plain = single(dtype, [2], data);
    const padding = (8 - (plain.length % 8)) % 8;
    const body = new Uint8Array(new SharedArrayBuffer(plain.length + padding), padding);
    body.set(plain);
    expect(read(body).tensors.get('query')?.data.buffer).toBe(body.buffer);
  });

  it('carries options as JSON or as plain text', () => {
    const metadata = { scale: '0.5', is_causal: 'lower_right', outputs: '["lse"]', softcap: 'null', format: 'pt' };
    const { options } = read(single('F32', [1], Float32Array.of(1), 'query', metadata));
    const values = { scale: 0.5, is_causal: 'lower_right', outputs: ['lse'], softcap: null };
    expect(options).toEqual(Object.assign(Object.create(null), values));
  });

  it('may hide keys with −∞ or with booleans', () => {
    const additive = single('F32', [2], Float32Array.of(0, Number.NEGATIVE_INFINITY), 'attn_mask');
    expect(read(additive).tensors.get('attn_mask')?.data).toEqual(Float32Array.of(0, Number.NEGATIVE_INFINITY));
    const boolean = single('BOOL', [2], Uint8Array.of(0, 1), 'attn_mask');
    expect(read(boolean).tensors.get('attn_mask')).toEqual({ dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) });
  });

  it.each([
    ['NaN', single('F32', [1, 2], Float32Array.of(1, Number.NaN)), 'not_finite', '/query/0/1'],
    ['∞', single('F32', [2, 1], Float32Array.of(1, Number.POSITIVE_INFINITY)), 'not_finite', '/query/1/0'],
    ['−∞', single('F32', [1], Float32Array.of(Number.NEGATIVE_INFINITY)), 'not_finite', '/query/0'],
    ['a double beyond float32', single('F64', [1], Float64Array.of(1e39)), 'not_finite', '/query/0'],
    ['an infinite half', single('F16', [1], Uint16Array.of(0x7c00)), 'not_finite', '/query/0'],
    ['a half of −∞', single('F16', [2, 2], Uint16Array.of(0x7bff, 1, 0xfc00, 0)), 'not_finite', '/query/1/0'],
    ['a half that is NaN', single('F16', [3], Uint16Array.of(0xfbff, 0x7e01, 0)), 'not_finite', '/query/1'],
    ['an infinite bfloat16', single('BF16', [2], Uint16Array.of(0x7f7f, 0x7f80)), 'not_finite', '/query/1'],
    ['a bfloat16 of −∞', single('BF16', [1, 2], Uint16Array.of(0xff7f, 0xff80)), 'not_finite', '/query/0/1'],
    ['a bfloat16 that is NaN', single('BF16', [1], Uint16Array.of(0x7f81)), 'not_finite', '/query/0'],
    [
      'an infinite half in a mask',
      single('F16', [1], Uint16Array.of(0x7c00), 'attn_mask'),
      'not_finite',
      '/attn_mask/0',
    ],
    ['+∞ in a mask', single('F32', [1], Float32Array.of(1 / 0), 'attn_mask'), 'not_finite', '/attn_mask/0'],
    ['a boolean of 2', single('BOOL', [2], Uint8Array.of(0, 2), 'attn_mask'), 'invalid_tensor', '/attn_mask/1'],
    ['boolean numbers', single('BOOL', [1], Uint8Array.of(1)), 'invalid_dtype', '/query/dtype'],
    ['a dtype that is not offered', single('I64', [1], new BigInt64Array(1)), 'invalid_dtype', '/query/dtype'],
    ['an unknown tensor', single('F32', [1], Float32Array.of(1), 'quary'), 'unknown_field', '/quary'],
    ['no dimension', single('F32', [], Float32Array.of(1)), 'invalid_rank', '/query/shape'],
    ['five dimensions', single('F32', [1, 1, 1, 1, 1], Float32Array.of(1)), 'invalid_rank', '/query/shape'],
    ['a tensor as text', single('F32', [1], Float32Array.of(1), 'query', { key: '[1]' }), 'invalid_tensor', '/key'],
    [
      'a precision that is none',
      single('F32', [1], Float32Array.of(1), 'query', { precision: '8' }),
      'invalid_option',
      '/precision',
    ],
  ])('is refused with %s', (_, body, code, pointer) => {
    expect(refusal(() => read(body))).toMatchObject({ status: 422, code, pointer });
  });

  it('is refused with sizes beyond the limit beside a dimension of zero', () => {
    const body = single('F32', [2 ** 40, 0], new Float32Array(0));
    expect(refusal(() => read(body))).toMatchObject({ code: 'too_many_elements', pointer: '/query' });
  });

  const entry = (begin: number, end: number) => ({ dtype: 'F32', shape: [1], data_offsets: [begin, end] });
  it.each([
    ['no byte', new Uint8Array(0)],
    ['seven bytes', new Uint8Array(7)],
    ['a header beyond the body', file('{}').subarray(0, 9)],
    ['a header of 2^63 bytes', Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 128]), Buffer.from('{}')])],
    ['an empty header', file('')],
    ['an array as header', file('[1]')],
    ['a header with space before it', file(' {}')],
    ['a header that is not JSON', file('{"query"}')],
    [
      'a header that is not UTF-8',
      Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from([0x7b, 0x22, 0xff, 0x7d])]),
    ],
    ['a deep header', file(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)],
    ['an entry that is no object', file({ query: 1 })],
    ['an entry without offsets', file({ query: { dtype: 'F32', shape: [1] } })],
    ['an entry with more', file({ query: { ...entry(0, 4), more: 1 } }, new Uint8Array(4))],
    ['offsets backwards', file({ query: entry(4, 0) }, new Uint8Array(4))],
    ['negative offsets', file({ query: entry(-4, 0) }, new Uint8Array(4))],
    ['fractional offsets', file({ query: entry(0, 3.5) }, new Uint8Array(4))],
    ['offsets beyond the body', file({ query: entry(0, 8) }, new Uint8Array(4))],
    ['a hole', file({ query: entry(0, 4), key: entry(8, 12) }, new Uint8Array(12))],
    ['an overlap', file({ query: entry(0, 4), key: entry(0, 4) }, new Uint8Array(4))],
    ['bytes left over', file({ query: entry(0, 4) }, new Uint8Array(8))],
    ['a shape for other data', file({ query: { ...entry(0, 4), shape: [2] } }, new Uint8Array(4))],
    ['a shape beyond 2^64', file({ query: { ...entry(0, 4), shape: [2 ** 40, 2 ** 40] } }, new Uint8Array(4))],
    ['a negative shape', file({ query: { ...entry(0, 4), shape: [-1, -1] } }, new Uint8Array(4))],
    ['metadata that is no object', file({ __metadata__: ['a'] })],
    ['metadata that is no text', file({ __metadata__: { scale: 1 } })],
  ])('is refused as broken with %s', (_, body) => {
    expect(refusal(() => read(body))).toMatchObject({ status: 400, code: 'invalid_safetensors' });
  });

  it('survives a name that stands twice', () => {
    const one = JSON.stringify(entry(0, 4));
    expect(read(file(`{"query":${one},"query":${one}}`, new Uint8Array(4))).tensors.size).toBe(1);
  });

  test.prop([fc.uint8Array({ maxLength: 64 }), fc.nat({ max: 200 }), fc.nat({ max: 255 })])(
    'is read or refused, whatever byte is changed',
    (tail, at, byte) => {
      const body = new Uint8Array(Buffer.concat([single('F32', [2, 2], Float32Array.of(1, 2, 3, 4)), tail]));
      body[at % body.length] = byte;
      try {
        read(body);
      } catch (error) {
        expect(error).toMatchObject({ name: 'RequestError' });
      }
    },
  );
});

describe('a safetensors answer', () => {
  const dims = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  const answers: fc.Arbitrary<AnswerTensor> = fc
    .record({ name: fc.constantFrom('query', 'attn_mask', 'key'), shape: dims, seed: fc.integer(), wide: fc.boolean() })
    .map(({ name, shape, seed, wide }) => {
      const count = shape.reduce((product, dim) => product * dim, 1);
      const numbers = Array.from({ length: count }, (_, i) => Math.sin(seed + i));
      if (name === 'attn_mask')
        return { name, tensor: { dtype: 'bool', shape, data: Uint8Array.from(numbers, (x) => +(x > 0)) } };
      return wide
        ? { name, tensor: { dtype: 'float64', shape, data: Float64Array.from(numbers) } }
        : { name, tensor: { dtype: 'float32', shape, data: Float32Array.from(numbers) } };
    });

  test.prop([fc.uniqueArray(answers, { selector: ({ name }) => name, minLength: 1 })])('reads back', (tensors) => {
    const precision = tensors.some(({ tensor }) => tensor.dtype === 'float64') ? 'float64' : 'float32';
    const body = writeSafetensors(tensors, { precision, scale: '0.125' });
    const back = read(body);
    expect(back.options.scale).toBe(0.125);
    for (const { name, tensor } of tensors) {
      expect(back.tensors.get(name)?.shape).toEqual(tensor.shape);
      expect(Array.from(back.tensors.get(name)?.data ?? [])).toEqual(Array.from(tensor.data));
    }
  });

  it('starts every tensor at a multiple of its item size', () => {
    const tensors: AnswerTensor[] = [
      { name: 'mask', tensor: { dtype: 'bool', shape: [1], data: Uint8Array.of(1) } },
      { name: 'stats.entropy', tensor: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } },
      { name: 'output', tensor: { dtype: 'float64', shape: [1], data: Float64Array.of(1) } },
    ];
    const body = writeSafetensors(tensors, {});
    const length = Number(Buffer.from(body.buffer).readBigUInt64LE(0));
    const header = JSON.parse(Buffer.from(body.subarray(8, 8 + length)).toString());
    expect(length % 8).toBe(0);
    expect(header).toEqual({
      output: { dtype: 'F64', shape: [1], data_offsets: [0, 8] },
      'stats.entropy': { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
      mask: { dtype: 'BOOL', shape: [1], data_offsets: [12, 13] },
    });
  });
});
