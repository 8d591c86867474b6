import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { writeJsonAnswer } from '../../src/codec/answer.ts';
import type { AnswerTensor } from '../../src/codec/tensor-request.ts';

const parse = (pieces: Uint8Array[]) => JSON.parse(Buffer.concat(pieces).toString());
const matrix: AnswerTensor = {
  name: 'output',
  tensor: { dtype: 'float32', shape: [2, 2], data: Float32Array.of(0.1, -2, 3e-9, Number.NEGATIVE_INFINITY) },
};

describe('an answer in JSON', () => {
  it('nests the numbers by rows', () => {
    const answer = Buffer.concat(writeJsonAnswer([matrix], { meta: { kernel: 'é' } }, 'nested')).toString();
    expect(answer).toBe('{"output":[[0.1,-2],[3e-9,"-Infinity"]],"meta":{"kernel":"é"}}');
  });

  it('gives a flat list with its shape', () => {
    const answer = Buffer.concat(writeJsonAnswer([matrix], {}, 'flat')).toString();
    expect(answer).toBe('{"output":{"shape":[2,2],"dtype":"float32","data":[0.1,-2,3e-9,"-Infinity"]}}');
  });

  it('gives base64 with its shape', () => {
    const { output } = parse(writeJsonAnswer([matrix], {}, 'base64'));
    expect(output).toMatchObject({ shape: [2, 2], dtype: 'float32' });
    expect(Buffer.from(output.data, 'base64')).toEqual(Buffer.from(matrix.tensor.data.buffer));
  });

  it('gives a plain number for rank 0', () => {
    const tensor = { dtype: 'float64', shape: [], data: Float64Array.of(0.1) } as const;
    expect(parse(writeJsonAnswer([{ name: 'lse', tensor }], {}, 'flat'))).toEqual({ lse: 0.1 });
  });

  it('puts names with dots into objects', () => {
    const tensor = { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const;
    const names = ['output', 'stats.entropy', 'stats.per_head.entropy', 'present_key'];
    const answer = parse(
      writeJsonAnswer(
        names.map((name) => ({ name, tensor })),
        {},
        'nested',
      ),
    );
    expect(answer).toEqual({ output: [1], stats: { entropy: [1], per_head: { entropy: [1] } }, present_key: [1] });
  });

  it('may have no tensors and leaves out what is undefined', () => {
    expect(parse(writeJsonAnswer([], { meta: 1, more: undefined }, 'nested'))).toEqual({ meta: 1 });
  });

  it('may carry more text than fits a piece', () => {
    const words = '😀é"x'.repeat(400_000);
    const pieces = writeJsonAnswer([matrix], { words }, 'nested');
    expect(parse(pieces)).toEqual({
      output: [
        [expect.closeTo(0.1), -2],
        [3e-9, '-Infinity'],
      ],
      words,
    });
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(2 ** 20);
  });

  it('is given in memory of its own, of exactly its size', () => {
    for (const piece of writeJsonAnswer([matrix], {}, 'nested')) expect(piece.buffer.byteLength).toBe(piece.length);
  });

  it('never holds NaN', () => {
    const tensor = { dtype: 'float32', shape: [1], data: Float32Array.of(Number.NaN) } as const;
    expect(() => writeJsonAnswer([{ name: 'output', tensor }], {}, 'nested')).toThrow('NaN');
  });

  test.prop([fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), fc.integer()])(
    'has the brackets of its shape',
    (shape, seed) => {
      const count = shape.reduce((product, dim) => product * dim, 1);
      const data = Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i));
      const { output } = parse(
        writeJsonAnswer([{ name: 'output', tensor: { dtype: 'float32', shape, data } }], {}, 'nested'),
      );
      const dims: number[] = [];
      for (let level = output; Array.isArray(level); level = level[0]) dims.push(level.length);
      expect(dims).toEqual(shape);
      expect(Float32Array.from(output.flat(3))).toEqual(data);
    },
  );

  it.each(['nested', 'flat', 'base64'] as const)('comes in pieces of at most 1 MiB when it is large and %s', (form) => {
    const data = Float32Array.from({ length: 700_000 }, (_, i) => Math.sin(i));
    const pieces = writeJsonAnswer(
      [{ name: 'output', tensor: { dtype: 'float32', shape: [700, 1000], data } }],
      {},
      form,
    );
    expect(pieces.length).toBeGreaterThan(3);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(2 ** 20);
    const { output } = parse(pieces);
    const numbers = { nested: () => output.flat(), flat: () => output.data, base64: () => undefined }[form]();
    const bytes = numbers ? Buffer.from(Float32Array.from(numbers).buffer) : Buffer.from(output.data, 'base64');
    expect(bytes.equals(Buffer.from(data.buffer))).toBe(true);
  });
});
