import { spawnSync } from 'node:child_process';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { openFile } from '../../src/files/open.ts';
import { countOf, type OpenedFile, type Tensor } from '../../src/files/tensor.ts';
import { npzOf } from '../../src/files/write-npz.ts';
import { safetensorsOf } from '../../src/files/write-safetensors.ts';
import { dataOf, PLAIN, plainNpy, plainSafetensors } from './plain-encoders.ts';

const opened = (bytes: Uint8Array<ArrayBuffer>, name = 'file') => openFile(new File([bytes], name));

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
const arrays = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    values: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: countOf(shape), maxLength: countOf(shape) }),
    plain: fc.constantFrom(...PLAIN),
  }),
);

const tupleOf = (shape: readonly number[]) => `(${shape.map((size) => `${size},`).join(' ')})`;

/** In Fortran's order: the index of the first axis runs fastest. */
function turned(values: readonly number[], shape: readonly number[]): number[] {
  const result: number[] = [];
  const walk = (axis: number, place: number) => {
    if (axis < 0) result.push(values[place]);
    else
      for (let index = 0; index < shape[axis]; index++) walk(axis - 1, place + index * countOf(shape.slice(axis + 1)));
  };
  walk(shape.length - 1, 0);
  return result;
}

async function numbersOf({ tensors }: OpenedFile): Promise<unknown[]> {
  return Promise.all(
    tensors.map(async ({ name, shape, read }) => ({ name, shape, values: Array.from(await read(0, countOf(shape))) })),
  );
}

describe('any tensor', () => {
  test.prop([arrays, fc.boolean(), fc.boolean()])(
    'is read from a .npy, of whichever byte order and order of axes',
    async ({ shape, values, plain }, isLittle, isFortran) => {
      const header = `{'descr': '${isLittle ? '<' : '>'}${plain.npy}', 'fortran_order': ${isFortran ? 'True' : 'False'}, 'shape': ${tupleOf(shape)}, }`;
      const data = dataOf(isFortran ? turned(values, shape) : values, plain, isLittle);
      expect(await numbersOf(await opened(plainNpy(header, data)))).toEqual([{ name: '', shape, values }]);
    },
  );

  test.prop([fc.array(arrays, { minLength: 1, maxLength: 4 })])(
    'is read from a .safetensors, beside others',
    async (all) => {
      let end = 0;
      const entries = all.map(({ shape, values, plain }, index) => {
        const from = end;
        end += values.length * plain.size;
        return [`tensor ${index}`, { dtype: plain.safetensors, shape, data_offsets: [from, end] }] as const;
      });
      const data = Uint8Array.from(all.flatMap(({ values, plain }) => Array.from(dataOf(values, plain))));
      expect(await numbersOf(await opened(plainSafetensors(Object.fromEntries(entries), data)))).toEqual(
        all.map(({ shape, values }, index) => ({ name: `tensor ${index}`, shape, values })),
      );
    },
  );

  const tensors = fc.uniqueArray(
    fc.record({ name: fc.string({ minLength: 1 }), isWide: fc.boolean(), shape: shapes, number: fc.double() }),
    { selector: ({ name }) => name.toLowerCase(), minLength: 1, maxLength: 4 },
  );

  test.prop([tensors])('comes back from what is written of it', async (all) => {
    const written = all
      // A name that NumPy would read without its ending, or the format has for itself, or JavaScript.
      .filter(({ name }) => !/^__(metadata|proto)__$|\.npy$|data\.pkl$/.test(name))
      .map(({ name, isWide, shape, number }): Tensor => {
        const values = new (isWide ? Float64Array : Float32Array)(countOf(shape)).fill(number);
        return { name, dtype: isWide ? 'float64' : 'float32', shape, values };
      });
    fc.pre(written.length > 0);
    const told = written.map(({ name, shape, values }) => ({ name, shape, values: Array.from(values) }));
    const byName = (read: unknown[]) => expect.arrayContaining(read);
    expect(told).toEqual(byName(await numbersOf(await opened(npzOf(written)))));
    expect(told).toEqual(byName(await numbersOf(await opened(safetensorsOf(written)))));
  });
});

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

describe('what is written', () => {
  it.skipIf(!hasNumpy)('is read by NumPy', () => {
    const bytes = npzOf([
      { name: 'query', dtype: 'float32', shape: [2, 2], values: Float32Array.of(0.5, -1, Infinity, 3) },
      { name: '', dtype: 'float64', shape: [3], values: Float64Array.of(0.1, 0.2, 0.3) },
      { name: 'scale', dtype: 'float64', shape: [], values: Float64Array.of(0.125) },
    ]);
    const script = `import io, json, sys, numpy as np
file = np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False)
print(json.dumps({name: [str(file[name].dtype), file[name].shape, str(file[name].tolist())] for name in file.files}))`;
    const { stdout, stderr } = spawnSync('python3', ['-c', script], { input: bytes, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      query: ['float32', [2, 2], '[[0.5, -1.0], [inf, 3.0]]'],
      arr_1: ['float64', [3], '[0.1, 0.2, 0.3]'],
      scale: ['float64', [], '0.125'],
    });
  });

  it('is laid out as the format of safetensors asks for', () => {
    const bytes = safetensorsOf([
      { name: 'a', dtype: 'float32', shape: [1], values: Float32Array.of(1) },
      { name: 'b', dtype: 'float64', shape: [2], values: Float64Array.of(2, 3) },
    ]);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(JSON.parse(header)).toEqual({
      b: { dtype: 'F64', shape: [2], data_offsets: [0, 16] },
      a: { dtype: 'F32', shape: [1], data_offsets: [16, 20] },
    });
    expect(header).toMatch(/^\{.*\} *$/);
    expect(length % 8).toBe(0);
    expect(Array.from(new Float64Array(bytes.slice(8 + length, 8 + length + 16).buffer))).toEqual([2, 3]);
    expect(Array.from(new Float32Array(bytes.slice(8 + length + 16).buffer))).toEqual([1]);
  });
});
