import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { attentionsOf } from '../../../src/ask/model/attentions.ts';
import { exampleAttentions } from '../../../src/ask/model/example.ts';
import { matrixSourceOf } from '../../../src/ask/model/matrix-source.ts';
import { openFile } from '../../../src/files/open.ts';
import { countOf, type FileTensor, type Texts } from '../../../src/files/tensor.ts';

/** Numbers that say where they stand: from `first` on, one by one. */
const tensor = (name: string, shape: number[], first = 0): FileTensor => ({
  name,
  dtype: 'float32',
  shape,
  read: async (start, end) => Float32Array.from({ length: end - start }, (_, i) => first + start + i),
});
const words = (name: string, count: number): Texts => ({
  name,
  shape: [count],
  texts: Array.from({ length: count }, (_, i) => `w${i}`),
});
const opened = (tensors: FileTensor[], texts: Texts[] = []) => attentionsOf({ name: 'file', tensors, texts });
const sizesOf = ({ layers, batch, heads, rows, keys }: ReturnType<typeof opened>) => [layers, batch, heads, rows, keys];

describe('the attentions of a file', () => {
  it.each([
    ['layers × heads × queries × keys', [tensor('attentions', [3, 4, 5, 6])], [3, 1, 4, 5, 6]],
    ['layers × batch × heads × queries × keys', [tensor('attentions', [3, 2, 4, 5, 6])], [3, 2, 4, 5, 6]],
    ['one layer', [tensor('attentions', [4, 5, 6])], [1, 1, 4, 5, 6]],
    ['one head', [tensor('', [5, 6])], [1, 1, 1, 5, 6]],
    ['one tensor, whatever it is called', [tensor('x', [3, 4, 5, 6])], [3, 1, 4, 5, 6]],
    ['one of four axes beside others', [tensor('x', [3, 4, 5, 6]), tensor('loss', [])], [3, 1, 4, 5, 6]],
    ['a list, as transformers has it', [0, 1, 2].map((i) => tensor(`attentions.${i}`, [2, 4, 5, 6])), [3, 2, 4, 5, 6]],
    ['a list of np.savez', [1, 0].map((i) => tensor(`arr_${i}`, [1, 4, 5, 6])), [2, 1, 4, 5, 6]],
    ['a list without a batch', [0, 1].map((i) => tensor(`layer.${i}.attn`, [4, 5, 6])), [2, 1, 4, 5, 6]],
    ['a list that counts from 1', [1, 2].map((i) => tensor(`a${i}`, [1, 4, 5, 6])), [2, 1, 4, 5, 6]],
  ])('are found: %s', (_, tensors, sizes) => {
    expect(sizesOf(opened(tensors))).toEqual(sizes);
  });

  it('are read row by row from their place', async () => {
    const all = opened([tensor('attentions', [3, 2, 4, 5, 6])]);
    const [layer, batch, head] = [2, 1, 3];
    const start = ((layer * 2 + batch) * 4 + head) * 30;
    expect(Array.from(await all.read({ layer, batch, head }, 1, 3))).toEqual(
      Array.from({ length: 12 }, (_, i) => start + 6 + i),
    );
  });

  it('are read from the layer of a list by its number, of which 10 is after 9', async () => {
    const all = opened(Array.from({ length: 11 }, (_, i) => tensor(`arr_${i}`, [1, 2, 2], 100 * i)).reverse());
    expect(Array.from(await all.read({ layer: 10, batch: 0, head: 0 }, 0, 1))).toEqual([1000, 1001]);
  });

  it.each([
    ['nothing', [], /no tensor/],
    ['a vector', [tensor('loss', [3])], /loss \(3\)/],
    ['others', [tensor('query', [2, 3]), tensor('key', [2, 3])], /query \(2 × 3\), key \(2 × 3\)/],
    [
      'layers that differ',
      [tensor('a0', [1, 2, 2]), tensor('a1', [1, 3, 3])],
      /Layer 1 is 1 × 3 × 3, and layer 0 is 1 × 2 × 2/,
    ],
    ['no words', [tensor('attentions', [3, 4, 0, 0])], /nothing to see/],
    ['no layers', [tensor('attentions', [0, 4, 2, 2])], /nothing to see/],
    [
      'names as a header of a hundred thousand has them',
      Array.from({ length: 1e5 }, (_, i) => tensor(`attentions.${i}`, [1, 2, 2])),
      /100000 layers .* more than are shown/,
    ],
    ['too many heads', [tensor('attentions', [1e6, 1, 2, 2])], /more than are shown/],
  ])('are refused with what is there: %s', (_, tensors, reason) => {
    expect(() => opened(tensors)).toThrow(reason);
  });

  it('have the tokens of both sides', () => {
    const square = opened([tensor('attentions', [1, 1, 3, 3])], [words('format', 1), words('tokens', 3)]);
    expect(square.tokens).toEqual([{ queries: ['w0', 'w1', 'w2'], keys: ['w0', 'w1', 'w2'] }]);
    const cross = opened([tensor('attentions', [1, 1, 2, 3])], [words('query_tokens', 2), words('key_tokens', 3)]);
    expect(cross.tokens).toEqual([{ queries: ['w0', 'w1'], keys: ['w0', 'w1', 'w2'] }]);
  });

  it('have the tokens of each batch entry', () => {
    const texts = { name: 'tokens', shape: [2, 2], texts: ['a', 'b', 'c', 'd'] };
    expect(opened([tensor('attentions', [1, 2, 1, 2, 2])], [texts]).tokens).toEqual([
      { queries: ['a', 'b'], keys: ['a', 'b'] },
      { queries: ['c', 'd'], keys: ['c', 'd'] },
    ]);
  });

  it('say where tokens do not fit', () => {
    const { tokens, note } = opened([tensor('attentions', [1, 1, 3, 3])], [words('tokens', 4)]);
    expect(tokens).toBeUndefined();
    expect(note).toBe('“tokens” has 4, and the attentions are of 3 words: numbers stand for them.');
  });

  it('are those of the file from outside: 3 layers, 4 heads, 6 tokens', async () => {
    const path = fileURLToPath(new URL('../../../../test/outside/files/attentions.npz', import.meta.url));
    const all = attentionsOf(await openFile(new File([readFileSync(path)], 'attentions.npz')));
    expect(sizesOf(all)).toEqual([3, 1, 4, 6, 6]);
    expect(all.tokens?.[0].keys).toHaveLength(6);
  });
});

describe('the example', () => {
  it('is one of distributions, in every row of every head', async () => {
    const all = exampleAttentions();
    for (let layer = 0; layer < all.layers; layer++)
      for (let head = 0; head < all.heads; head++) {
        const weights = await all.read({ layer, batch: 0, head }, 0, all.rows);
        for (let row = 0; row < all.rows; row++) {
          const own = Array.from(weights.subarray(row * all.keys, (row + 1) * all.keys));
          expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        }
      }
  });
});

describe('a layer as a source of matrices', () => {
  it('gives tiles of a head, whole and pooled', async () => {
    const source = matrixSourceOf(opened([tensor('attentions', [2, 1, 4, 4])]), { layer: 1, batch: 0 });
    const part = { step: 'pattern', batch: 0, head: 0 } as const;
    const tile = async (pool: [number, number], by: 'max' | 'mean') =>
      Array.from(await source.tile({ ...part, rows: [1, 4], keys: [1, 4], pool, by }, new AbortController().signal));
    // Rows 1 to 3 and keys 1 to 3 of what begins at 16.
    expect(await tile([1, 1], 'max')).toEqual([21, 22, 23, 25, 26, 27, 29, 30, 31]);
    expect(await tile([2, 2], 'max')).toEqual([26, 27, 30, 31]);
    expect(await tile([2, 2], 'mean')).toEqual([23.5, 25, 29.5, 31]);
    expect(source).toMatchObject({ heads: 1, rows: 4, keys: 4, steps: ['pattern'] });
    expect(countOf([source.heads, source.batch])).toBe(1);
  });

  it('is of the batch entry whose words it has, and of no other', async () => {
    const texts = [{ name: 'tokens', shape: [2, 2], texts: ['a', 'b', 'c', 'd'] }];
    const all = opened([tensor('attentions', [1, 2, 1, 2, 2])], texts);
    const [first, second] = [0, 1].map((batch) => matrixSourceOf(all, { layer: 0, batch }));
    expect(second).toMatchObject({ batch: 1, words: { queries: ['c', 'd'], keys: ['c', 'd'] } });
    expect(second.id).not.toBe(first.id);
    const part = { step: 'pattern', batch: 0, head: 0, rows: [0, 2], keys: [0, 2], pool: [1, 1], by: 'max' } as const;
    // The numbers of the second entry follow the four of the first.
    expect([...(await second.tile(part, new AbortController().signal))]).toEqual([4, 5, 6, 7]);
  });
});
