import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openFile } from '../../src/files/open.ts';
import { FileFault } from '../../src/files/tensor.ts';
import { nestedOf } from './nested.ts';

/** Files and printouts as NumPy and PyTorch make them, and what they say. */
const folder = fileURLToPath(new URL('../../../test/outside/files/', import.meta.url));
const answers: Record<string, unknown> = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8'));
const fileOf = (name: string) => new File([readFileSync(join(folder, name))], name);

async function readingOf(name: string): Promise<unknown> {
  const { tensors } = await openFile(fileOf(name));
  const all = await Promise.all(tensors.map(async (one) => [one.name, await nestedOf(one)] as const));
  return all.length === 1 && all[0][0] === '' ? all[0][1] : Object.fromEntries(all);
}

/** What a refusal has to say, from the answer. */
const REFUSALS: Record<string, RegExp> = {
  'object.npy': /an object array is a pickle, which nobody should open/i,
  'truncated.npy': /^7 bytes are missing/,
  'numpy-long.txt': /“\.\.\.” leaves numbers out: print .*threshold=sys\.maxsize.*save a \.npy/,
  'ragged.csv': /^row 2 has 2 numbers, row 1 has 3/,
};

describe('a file from outside', () => {
  const exact = Object.keys(answers).filter((name) => typeof answers[name] === 'object');

  it('is known to the tests, whichever it is', () => {
    const named = [...exact, ...Object.keys(REFUSALS), 'attentions.npz', 'torch-print.txt', 'torch-cuda.txt'];
    expect(named.sort()).toEqual(
      readdirSync(folder)
        .filter((name) => name !== 'answers.json')
        .sort(),
    );
  });

  it.each(exact)('is read exactly: %s', async (name) => {
    expect(await readingOf(name)).toEqual(answers[name]);
  });

  it.each(Object.entries(REFUSALS))('is refused with the reason: %s', async (name, reason) => {
    const refused = openFile(fileOf(name));
    await expect(refused).rejects.toThrow(FileFault);
    await expect(refused).rejects.toThrow(reason);
  });

  it('has the attentions of 3 layers and 4 heads, and the 6 tokens they are between', async () => {
    const { tensors, texts } = await openFile(fileOf('attentions.npz'));
    expect(tensors.map(({ name, shape }) => ({ name, shape }))).toEqual([{ name: 'attentions', shape: [3, 4, 6, 6] }]);
    expect(texts).toEqual([{ name: 'tokens', shape: [6], texts: expect.arrayContaining(['sl', '##eeps']) }]);
    // Each row is a distribution: nothing was read from beside its place.
    const weights = await tensors[0].read(0, 3 * 4 * 6 * 6);
    for (let row = 0; row < 3 * 4 * 6; row++) {
      const sum = Array.from(weights)
        .slice(6 * row, 6 * row + 6)
        .reduce((all, weight) => all + weight, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  it('is read as PyTorch printed it', async () => {
    expect(await readingOf('torch-print.txt')).toEqual([
      [-0.6518, -0.1747, 1.6637, 0.6591],
      [-1.6414, -0.0052, -0.6235, 0.1486],
      [-1.6082, 0.2418, 0.2354, 1.5756],
      [0.3166, 0.5105, -1.4931, 2.2527],
      [-1.9156, 1.1018, -0.3299, -0.8806],
    ]);
  });

  it('keeps its infinities and its dtype: an additive mask has them', async () => {
    const { tensors } = await openFile(fileOf('torch-cuda.txt'));
    expect(tensors.map(({ dtype }) => dtype)).toEqual(['float16']);
    expect(await readingOf('torch-cuda.txt')).toEqual([
      [1, -2.5],
      [3, -Infinity],
    ]);
  });
});
