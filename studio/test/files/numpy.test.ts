import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ELEMENTS } from '../../src/files/elements.ts';
import { openFile } from '../../src/files/open.ts';
import { countOf } from '../../src/files/tensor.ts';

interface Answer {
  name: string;
  dtype: string;
  shape: number[];
  numbers: (number | string)[];
}

const folder = fileURLToPath(new URL('numpy/', import.meta.url));
const { halves, ...answers }: Record<string, Answer[]> & { halves: string } = JSON.parse(
  readFileSync(`${folder}answers.json`, 'utf8'),
);
const opened = (name: string) => openFile(new File([readFileSync(folder + name)], name));

const isTexts = ({ dtype }: Answer) => /^<?U|\|?S/.test(dtype);
/** Beyond 2^53 NumPy's integers are told as the nearest double, as they are read. */
const numberOf = (told: number | string) => Number(String(told).replace('inf', 'Infinity'));

describe('a file of NumPy', () => {
  it.each(Object.keys(answers))('is read as NumPy reads it: %s', async (name) => {
    const { tensors, texts } = await opened(name);
    const numbers = answers[name].filter((one) => !isTexts(one));
    expect(tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual(
      numbers.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    );
    for (const [index, tensor] of tensors.entries()) {
      const values = await tensor.read(0, countOf(tensor.shape));
      expect(Array.from(values), tensor.name).toEqual(numbers[index].numbers.map(numberOf));
    }
    expect(texts).toEqual(
      answers[name].filter(isTexts).map(({ name, shape, numbers }) => ({ name, shape, texts: numbers })),
    );
  });

  it('is read in parts, from wherever they begin', async () => {
    const { tensors } = await opened('numbers.npz');
    for (const tensor of tensors.filter(({ shape }) => shape.length === 3)) {
      const whole = await tensor.read(0, 24);
      const parts = await Promise.all([tensor.read(0, 5), tensor.read(5, 5), tensor.read(5, 17), tensor.read(17, 24)]);
      expect(
        parts.flatMap((part) => Array.from(part)),
        tensor.name,
      ).toEqual(Array.from(whole));
    }
  });

  it('has all numbers of 16 bits as NumPy has them', () => {
    const values = ELEMENTS.float16.decode(Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits).buffer);
    const told = Float32Array.from(values, (value) => (Number.isNaN(value) ? 0 : value));
    expect(createHash('sha256').update(new Uint8Array(told.buffer)).digest('hex')).toBe(halves);
  });

  it.each([
    ['complex.npy', /complex; save array\.real and array\.imag/],
    ['dates.npy', /dates/],
    ['structured.npy', /structured/],
    ['longdouble.npy', /astype\("float64"\)/],
  ])('is refused where it holds no plain numbers: %s', async (name, reason) => {
    await expect(opened(name)).rejects.toThrow(reason);
  });
});
