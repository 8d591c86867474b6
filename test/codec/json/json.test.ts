import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { attentionTensorFields } from '../../../src/codec/attention-options.ts';
import { readJson } from '../../../src/codec/json/json.ts';
import { RequestError } from '../../../src/errors.ts';
import type { Memory } from '../../../src/tensor/memory.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { allocate, allRead, limits, refusal } from '../reading.ts';

const readBytes = (body: Uint8Array) => allRead(readJson(body, attentionTensorFields, limits, allocate));
const read = (body: unknown) => readBytes(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
const refused = (body: unknown) => refusal(() => read(body));
const tensorOf = (value: unknown, name = 'query'): Tensor | undefined => read({ [name]: value }).tensors.get(name);
const base64 = (data: Float32Array | Float64Array | Uint16Array | Uint8Array) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const finite = fc
  .oneof(
    fc.float({ noDefaultInfinity: true, noNaN: true }),
    fc.double({ min: -3e38, max: 3e38, noNaN: true }),
    fc.integer(),
  )
  .map((x) => x + 0); // JSON.stringify writes -0 as 0
const tensors = shapes.chain((shape) => {
  const count = shape.reduce((product, dim) => product * dim, 1);
  return fc.record({ shape: fc.constant(shape), numbers: fc.array(finite, { minLength: count, maxLength: count }) });
});

/** Nested arrays of this shape. */
function nest(numbers: readonly unknown[], shape: readonly number[]): unknown[] {
  if (shape.length === 1) return [...numbers];
  const size = numbers.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) => nest(numbers.slice(i * size, (i + 1) * size), shape.slice(1)));
}

describe('a tensor in JSON', () => {
  test.prop([tensors])('has the numbers of its nested arrays, rounded once to float32', ({ shape, numbers }) => {
    const data = Float32Array.from(numbers);
    expect(tensorOf(nest(numbers, shape))).toEqual({ dtype: 'float32', shape, data });
  });

  test.prop([tensors])('is the same as a flat list and as base64', ({ shape, numbers }) => {
    const data = Float32Array.from(numbers);
    const nested = tensorOf(nest(numbers, shape));
    expect(tensorOf({ shape, data: numbers })).toEqual(nested);
    expect(tensorOf({ shape, dtype: 'float32', data: base64(data) })).toEqual(nested);
    expect(tensorOf({ shape, dtype: 'F32', data: base64(data).replaceAll('=', '') })).toEqual(nested);
  });

  it('keeps the sign of zero', () => {
    expect(read('{"query":[[-0,-0.0,0]]}').tensors.get('query')?.data).toEqual(Float32Array.of(-0, -0, 0));
  });

  it('keeps doubles where precision is float64', () => {
    const { tensors, precision } = read({ query: [[0.1, 1e300]], precision: 'float64' });
    expect(precision).toBe('float64');
    expect(tensors.get('query')).toEqual({ dtype: 'float64', shape: [1, 2], data: Float64Array.of(0.1, 1e300) });
  });

  it('reads every dtype in base64', () => {
    const expected = { dtype: 'float32', shape: [2], data: Float32Array.of(1, -2.5) };
    expect(tensorOf({ shape: [2], dtype: 'float64', data: base64(Float64Array.of(1, -2.5)) })).toEqual(expected);
    expect(tensorOf({ shape: [2], dtype: 'float16', data: base64(Uint16Array.of(0x3c00, 0xc100)) })).toEqual(expected);
    expect(tensorOf({ shape: [2], dtype: 'BF16', data: base64(Uint16Array.of(0x3f80, 0xc020)) })).toEqual(expected);
    const mask = { shape: [2], dtype: 'bool', data: base64(Uint8Array.of(1, 0)) };
    expect(tensorOf(mask, 'attn_mask')).toEqual({ dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) });
  });

  it.each([
    ['a number', 7, 'invalid_tensor', '/query'],
    ['a text', 'abc', 'invalid_tensor', '/query'],
    ['an empty array', [], 'empty_tensor', '/query'],
    ['an empty row', [[]], 'empty_tensor', '/query/0'],
    ['rank 5', [[[[[1]]]]], 'invalid_rank', '/query'],
    ['a short row', [[1, 2], [3]], 'ragged_array', '/query/1'],
    ['an empty later row', [[1, 2], []], 'ragged_array', '/query/1'],
    ['a short matrix', [[[1], [2]], [[1]]], 'ragged_array', '/query/1'],
    ['a short row further in', [[[1, 2]], [[3]]], 'ragged_array', '/query/1/0'],
    ['a number beside a row', [[1, 2], 3], 'ragged_array', '/query/1'],
    ['a row beside a number', [1, [2]], 'ragged_array', '/query/1'],
    ['a text as row', [[1, 2], 'abc'], 'invalid_tensor', '/query/1'],
    ['a text as number', [[1, '2']], 'invalid_tensor', '/query/0/1'],
    ['−∞', [[1, '-Infinity']], 'invalid_tensor', '/query/0/1'],
    ['booleans', [[true, 1]], 'invalid_tensor', '/query/0/0'],
    [
      'a null further in',
      [
        [
          [1, 2],
          [3, null],
        ],
      ],
      'invalid_tensor',
      '/query/0/1/1',
    ],
    [
      'more than float32',
      [
        [1, 2],
        [3, 1e39],
      ],
      'not_finite',
      '/query/1/1',
    ],
    ['an unknown member', { shape: [1], data: [1], nope: 1 }, 'unknown_field', '/query/nope'],
    ['no shape', { data: [1] }, 'invalid_tensor', '/query/shape'],
    ['no data', { shape: [1] }, 'invalid_tensor', '/query/data'],
    ['a fraction as dimension', { shape: [2, 1.5], data: [1] }, 'invalid_tensor', '/query/shape/1'],
    ['a negative dimension', { shape: [-1, -1], data: [1] }, 'invalid_tensor', '/query/shape/0'],
    ['no dimension', { shape: [], data: [1] }, 'invalid_rank', '/query/shape'],
    ['five dimensions', { shape: [1, 1, 1, 1, 1], data: [1] }, 'invalid_rank', '/query/shape'],
    ['a shape of 2^64', { shape: [65536, 65536, 65536, 65536], data: [] }, 'invalid_tensor', '/query/data'],
    ['an unknown dtype', { shape: [1], dtype: 'float13', data: [1] }, 'invalid_dtype', '/query/dtype'],
    ['a dtype from the prototype', { shape: [1], dtype: 'constructor', data: [1] }, 'invalid_dtype', '/query/dtype'],
    ['bool numbers', { shape: [1], dtype: 'bool', data: [true] }, 'invalid_dtype', '/query/dtype'],
    ['a flat list with a text', { shape: [4], data: [1, 2, 3, '4'] }, 'invalid_tensor', '/query/data/3'],
    ['a flat list with 1e39', { shape: [2, 2], data: [1, 2, 3, 1e39] }, 'not_finite', '/query/data/3'],
    ['a nested list as data', { shape: [1, 1], data: [[1]] }, 'ragged_array', '/query/data/0'],
    ['a short base64', { shape: [2], data: 'AAAA' }, 'invalid_tensor', '/query/data'],
    ['NaN in base64', { shape: [2], data: 'AADAfwAAgD8=' }, 'not_finite', '/query/data'],
  ])('is refused with %s', (_, query, code, pointer) => {
    expect(refused({ query })).toMatchObject({ status: 422, code, pointer });
  });

  it('is refused with sizes beyond the limit beside a dimension of zero', () => {
    const query = { shape: [0, 2 ** 40], data: [] };
    expect(refused({ query })).toMatchObject({ code: 'too_many_elements', pointer: '/query' });
  });

  it.each([null, { shape: [0, 3], data: [] }])('may be %j: not given, and without rows', (query) => {
    const { tensors } = read({ query });
    expect(tensors.get('query')?.shape).toEqual(query?.shape);
  });

  it.each([
    '!!!!',
    'AACAPw=',
    'AACAPw===',
    'AACAPw==AACAPw==',
    'AAC-Pw==',
    'AAC_Pw',
    'AACA Pw==',
    '=AACAPw',
    'AACAPA==\n',
    'A',
  ])('is refused with %j as base64', (data) => {
    expect(refused({ query: { shape: [1], data } })).toMatchObject({ code: 'invalid_tensor', pointer: '/query/data' });
  });
});

describe('a mask in JSON', () => {
  it('is boolean when its first element is', () => {
    const expected = { dtype: 'bool', shape: [1, 2], data: Uint8Array.of(1, 0) };
    expect(tensorOf([[true, false]], 'attn_mask')).toEqual(expected);
    expect(tensorOf({ shape: [1, 2], data: [true, false] }, 'attn_mask')).toEqual(expected);
    expect(tensorOf({ shape: [1, 2], dtype: 'bool', data: [true, false] }, 'attn_mask')).toEqual(expected);
  });

  it('may hold −∞, written as text or out of range', () => {
    const data = Float32Array.of(0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const mask = readBytes(Buffer.from('{"attn_mask":[[0,"-Infinity",-1e39,-1e999]]}')).tensors.get('attn_mask');
    expect(mask).toEqual({ dtype: 'float32', shape: [1, 4], data });
  });

  it.each([
    ['a number among booleans', [[true, 1]], 'invalid_tensor', '/attn_mask/0/1'],
    ['a boolean among numbers', [[1, true]], 'invalid_tensor', '/attn_mask/0/1'],
    ['+∞ as text', [[0, 'Infinity']], 'invalid_tensor', '/attn_mask/0/1'],
    ['+Infinity as text', [[0, '+Infinity']], 'invalid_tensor', '/attn_mask/0/1'],
    ['NaN as text', [['NaN']], 'invalid_tensor', '/attn_mask/0/0'],
    [
      '1e39',
      [
        [0, 0],
        [0, 1e39],
      ],
      'not_finite',
      '/attn_mask/1/1',
    ],
    ['a byte of 2', { shape: [2], dtype: 'bool', data: 'AAI=' }, 'invalid_tensor', '/attn_mask/data'],
    ['NaN in base64', { shape: [2], data: 'AADAfwAAgD8=' }, 'not_finite', '/attn_mask/data'],
  ])('is refused with %s', (_, mask, code, pointer) => {
    expect(refused({ attn_mask: mask })).toMatchObject({ status: 422, code, pointer });
  });
});

describe('a body in JSON', () => {
  it('keeps every other field as an option', () => {
    const { options, form } = read({ query: { shape: [1], data: 'AACAPw==' }, scale: 1, odd: { deep: [1] } });
    expect(options).toEqual(Object.assign(Object.create(null), { scale: 1, odd: { deep: [1] } }));
    expect(form).toBe('base64');
  });

  it('takes __proto__ for a field like any other', () => {
    const { options } = read('{"__proto__":{"polluted":1},"query":[1]}');
    expect(Object.keys(options)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(options)).toBeNull();
    expect('polluted' in {}).toBe(false);
  });

  it('may start with a byte order mark', () => {
    expect(read('\ufeff{"query":[1]}').tensors.has('query')).toBe(true);
  });

  it('is read from shared memory', () => {
    const text = Buffer.from('{"query":[[1,2]],"é":1}');
    const shared = new Uint8Array(new SharedArrayBuffer(text.length + 3), 3);
    shared.set(text);
    expect(readBytes(shared).tensors.get('query')?.data).toEqual(Float32Array.of(1, 2));
  });

  it.each(['null', '1', '"a"', '[[[1]]]', 'true'])('is refused as %s, which is no object', (body) => {
    expect(refused(body)).toMatchObject({ status: 422, code: 'not_an_object' });
  });

  it.each(['float8', 64])('is refused with precision %j', (precision) => {
    expect(refused({ precision })).toMatchObject({ status: 422, code: 'invalid_option', pointer: '/precision' });
  });

  it('is refused with the offset of the first byte that is not UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"é\ufffd":"'), Buffer.from([0xe9]), Buffer.from('"}')]);
    expect(() => readBytes(body)).toThrow(expect.objectContaining({ code: 'invalid_encoding', offset: 10 }));
  });

  it.each([
    ['{"query":[NaN]}', 10],
    ['{"é":01}', 7],
    ['{"query":[1,]}', 12],
    ['\ufeff{"a":x}', 8],
    ['{"query":[1', 11],
    ['', 0],
  ])('that is %j is refused with the byte where JSON breaks off', (body, offset) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid_json', offset }));
  });

  it('is never quoted in a refusal', () => {
    expect(refused('{"query":[[secret]]}').detail).not.toContain('secret');
    expect(refused('{"query":[["secret"]]}').detail).not.toContain('secret');
  });
});

describe('the extent of a body', () => {
  const heapGrowth = (body: Buffer): number => {
    const before = process.memoryUsage().heapUsed;
    expect(() => readBytes(body)).toThrow(RequestError);
    return process.memoryUsage().heapUsed - before;
  };

  it.each([
    ['[', 'invalid_json'],
    ['{"a":', 'invalid_json'],
    ['[],', 'too_many_elements'],
    ['{},', 'too_complex'],
    ['"a",', 'too_complex'],
    ['"\\"",', 'too_complex'],
    ['{"a":1},', 'too_complex'],
    ['"a":1,', 'invalid_json'],
  ])('is judged before memory is taken: 32 MiB of %s', (part, code) => {
    const body = Buffer.from(`{"query":[${part.repeat(2 ** 25 / part.length)}`);
    expect(refusal(() => readBytes(body)).code).toBe(code);
    expect(heapGrowth(body)).toBeLessThan(2 ** 22);
  });

  it('takes no more memory than its numbers until it is read, and as much again for its tensor', () => {
    const count = 2 ** 21;
    const body = Buffer.from(`{"query":[${'0.12345678,'.repeat(count - 1)}1]}`);
    const before = process.memoryUsage();
    let taken = Number.POSITIVE_INFINITY;
    const measure: Memory = (size) => {
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      taken = arrayBuffers - before.arrayBuffers + Math.max(0, heapUsed - before.heapUsed);
      return allocate(size);
    };
    const { tensors } = readJson(body, attentionTensorFields, limits, measure);
    expect(tensors.get('query')?.shape).toEqual([count]);
    expect(taken).toBeLessThan(4 * count + 2 ** 21);
  });

  it('is limited in numbers, before memory is taken for them', () => {
    const never = () => {
      throw new Error('memory was taken');
    };
    const body = (query: unknown) => Buffer.from(JSON.stringify({ query }));
    const small = (query: unknown) =>
      refusal(() => readJson(body(query), attentionTensorFields, { maxElements: 5 }, never));
    expect(
      small([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toMatchObject({ status: 413, code: 'too_many_elements', pointer: '/query' });
    expect(small({ shape: [6], data: [1, 2, 3, 4, 5, 6] })).toMatchObject({ code: 'too_many_elements' });
    expect(small({ shape: [6], data: base64(new Float32Array(6)) })).toMatchObject({ code: 'too_many_elements' });
  });

  it('counts the numbers of all tensors together', () => {
    const body = Buffer.from(JSON.stringify({ query: [1, 2, 3], key: [1, 2, 3] }));
    const error = refusal(() => readJson(body, attentionTensorFields, { maxElements: 5 }, allocate));
    expect(error).toMatchObject({ code: 'too_many_elements', pointer: '/key' });
  });

  it('leaves room for masks full of −∞ and for deep nonsense in JSON', () => {
    const mask = Array.from({ length: 200 }, () => new Array(200).fill('-Infinity'));
    expect(tensorOf(mask, 'attn_mask')?.shape).toEqual([200, 200]);
    expect(refused(`{"query":${'['.repeat(500)}1${']'.repeat(500)}}`)).toMatchObject({ code: 'invalid_rank' });
  });
});
