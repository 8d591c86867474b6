import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { widenTensors } from '../../../src/requests/problems/named-tensors.ts';
import { elementCount } from '../../../src/tensor/tensor.ts';
import { allocate, refusal } from '../reading.ts';
import { floats, npy, text, zip } from './archive.ts';
import { read } from './npz-reading.ts';

const data = Float32Array.of(1, 0.5);
const withHeader = (header: string | Parameters<typeof npy>[0], bytes: ArrayBufferView = data) =>
  zip([{ name: 'query.npy', data: npy(header, bytes) }]);
const queryOf = (body: Uint8Array) => widenTensors(read(body).tensors, allocate).get('query');

describe('the header of an array', () => {
  it.each([
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }",
    "{'shape':(1,2),'fortran_order':False,'descr':'<f4'}",
    '{"descr": "<f4", "fortran_order": True, "shape": (1, 2)}   \n',
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1L, 2L), }",
    "{ 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 1 , 2 , ) , }",
  ])('is read as Python prints it: %s', (header) => {
    expect(queryOf(withHeader(header))).toEqual({ dtype: 'float32', shape: [1, 2], data });
  });

  it.each([
    '',
    '{}',
    "{'descr': '<f4', 'fortran_order': False}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), 'shape': (1, 2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), 'more': 1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)} + exit()",
    "{'descr': '<f4' 'fortran_order': False, 'shape': (1, 2)}",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': [1, 2]}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2.0)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,, 2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 99999999999999999999)}",
    "{'descr': __import__('os').name, 'fortran_order': False, 'shape': (1, 2)}",
    `{'descr': '<f4', 'fortran_order': False, 'shape': (${' '.repeat(9000)}`,
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (), }",
    `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }${' '.repeat(10_000)}`,
  ])('is refused where it is anything else: %.90s', (header) => {
    expect(refusal(() => read(withHeader(header)))).toMatchObject({
      code: expect.stringMatching(/invalid_npz|invalid_rank/),
      pointer: '/query',
    });
  });

  it.each([
    ['no magic', Buffer.from('NUMPY\x01\x00v\x00 and more')],
    ['an unknown version', Buffer.from('\x93NUMPY\x04\x00v\x00\x00\x00 and more', 'latin1')],
    ['nothing', Buffer.alloc(0)],
    ['no room for its length', Buffer.from('\x93NUMPY\x02\x00v\x00', 'latin1')],
    ['a length beyond its end', Buffer.from('\x93NUMPY\x02\x00\xff\xff\xff\xff', 'latin1')],
  ])('is refused where it has %s', (_name, bytes) => {
    const fault = refusal(() => read(zip([{ name: 'query.npy', data: bytes }])));
    expect(fault).toMatchObject({ status: 400, code: 'invalid_npz', pointer: '/query' });
  });

  it.each(['|O', '<c8', '<f16', '<V4', '<M8[D]', '<i3', 'f4', '<f4; drop', '|V1'])('refuses the dtype %s', (descr) => {
    expect(refusal(() => read(withHeader({ descr, shape: [1, 2] })))).toMatchObject({
      code: 'invalid_dtype',
      pointer: '/query',
    });
  });

  it('refuses a boolean query, and texts in place of numbers', () => {
    const query = withHeader({ descr: '|b1', shape: [2] }, Uint8Array.of(1, 0));
    expect(refusal(() => read(query))).toMatchObject({ code: 'invalid_dtype', pointer: '/query' });
    expect(refusal(() => read(zip([text('query', '[[1]]')])))).toMatchObject({
      code: 'invalid_dtype',
      pointer: '/query',
    });
  });

  it('tells the place of a number that is not finite', () => {
    const odd = zip([floats('query', [2, 2], [1, 2, Number.NaN, 4])]);
    expect(refusal(() => read(odd))).toMatchObject({ code: 'not_finite', pointer: '/query/1/0' });
  });

  it('counts numbers before it takes memory for them', () => {
    const many = zip([{ name: 'query.npy', data: npy({ descr: '>f4', shape: [2000] }, new Float32Array(2000)) }]);
    expect(refusal(() => read(many, { maxElements: 1999 }))).toMatchObject({ status: 413, code: 'too_many_elements' });
  });
});

describe('the precision', () => {
  const [narrow, wide] = ['<f4', '<f8'].map((descr) => ({
    name: 'value.npy',
    data: npy({ descr, shape: [2] }, descr === '<f4' ? data : Float64Array.from(data)),
  }));

  it('is that of float64 where the tensor that tells it has that, and none is asked for', () => {
    const telling = { precisionOf: 'value' };
    expect(read(zip([floats('query', [2], [1, 2]), wide]), telling).precision).toBe('float64');
    expect(read(zip([floats('query', [2], [1, 2]), narrow]), telling).precision).toBe('float32');
    expect(read(zip([text('precision', 'float32'), wide]), telling).precision).toBe('float32');
    expect(read(zip([wide])).precision).toBe('float32');
  });
});

describe('bfloat16', () => {
  it.each(['<V2', '|V2', 'bfloat16'])('is what two bytes without a meaning are: %s', (descr) => {
    const body = withHeader({ descr, shape: [2] }, Uint16Array.of(0x3f80, 0xc020));
    expect(queryOf(body)).toEqual({ dtype: 'float32', shape: [2], data: Float32Array.of(1, -2.5) });
  });
});

describe('integers in a mask', () => {
  const mask = (numbers: number[], ...more: Parameters<typeof zip>[0]) =>
    zip([
      {
        name: 'attn_mask.npy',
        data: npy({ descr: '<i8', shape: [numbers.length] }, BigInt64Array.from(numbers, BigInt)),
      },
      ...more,
    ]);

  it('are refused where 0 and 1 may be booleans or be added, as in JSON', () => {
    expect(refusal(() => read(mask([0, 1])))).toMatchObject({ code: 'ambiguous_mask', pointer: '/attn_mask' });
    expect(read(mask([0, 1], text('attn_mask_type', 'boolean'))).tensors.has('attn_mask')).toBe(true);
    expect(read(mask([0, -5])).tensors.get('attn_mask')?.data).toEqual(Float32Array.of(0, -5));
  });

  it('are not suspected where they are floats, which say what they are', () => {
    expect(read(zip([floats('attn_mask', [2], [0, 1])])).tensors.get('attn_mask')?.data).toEqual(Float32Array.of(0, 1));
  });
});

describe('Fortran order', () => {
  const arrays = fc.record({
    shape: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    code: fc.constantFrom('<f4', '>f4', '<f8', '>f8', '<i2', '>i4', '<i8', '>u8', '|i1'),
  });

  test.prop([arrays])('puts the element of each position where it belongs', ({ shape, code }) => {
    const count = elementCount(shape);
    const width = Number(code[2]);
    const bytes = Buffer.alloc(count * width);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const isLittle = code[0] !== '>';
    const write = (at: number, number: number) => {
      if (code[1] === 'f') view[width === 4 ? 'setFloat32' : 'setFloat64'](at, number, isLittle);
      else if (width === 8) view.setBigInt64(at, BigInt(number), isLittle);
      else if (width === 4) view.setInt32(at, number, isLittle);
      else if (width === 2) view.setInt16(at, number, isLittle);
      else view.setInt8(at, number % 100);
    };
    // Element [i, j, …] holds its place row by row, and lies at i + j·n0 + ….
    const expected = Array.from({ length: count }, (_, index) => (code === '|i1' ? index % 100 : index));
    for (let index = 0; index < count; index++) {
      let [rest, place] = [index, 0];
      const position = shape.toReversed().map((dim) => {
        const own = rest % dim;
        rest = Math.floor(rest / dim);
        return own;
      });
      let stride = 1;
      for (const [axis, i] of position.toReversed().entries()) {
        place += i * stride;
        stride *= shape[axis];
      }
      write(place * width, index);
    }
    const body = withHeader({ descr: code, shape, fortran: true }, bytes);
    expect(Array.from(queryOf(body)?.data ?? [])).toEqual(expected);
  });
});
