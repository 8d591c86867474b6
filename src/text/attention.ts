import { problemOf } from '../attention/plain-problem.ts';
import type { FloatProblem, Mask } from '../attention/problem.ts';
import { allocateFloats, type Memory } from '../tensor/memory.ts';
import { type Floats, headsOf } from '../tensor/tensor.ts';
import type { Head, ReadText } from './heads/heads.ts';

/** How the tokens of texts look at each other, the same for all heads. */
export interface TextSetting {
  queries: ReadText;
  keys: ReadText;
  /** Numbers of a word vector. */
  dims: number;
  temperature: number;
  causal: boolean;
  /** Whether a token does not look at itself; self-attention only. */
  excludeSelf: boolean;
}

/** Numbers of Q, K and V of all heads and of the mask, before anything is allocated. */
export function textElements({ queries, keys, dims, excludeSelf }: TextSetting, heads: readonly Head[]): number {
  const [rows, columns] = [queries.tokens.length, keys.tokens.length];
  const perHead = heads.reduce((sum, { encoding }) => sum + (rows + columns) * encoding.dims, 0);
  return perHead + columns * dims + (excludeSelf ? rows * columns : 0);
}

/**
 * One problem for each head, as heads have widths of their own: weights = softmax(scores / temperature), where scores are
 * q·k less what ALiBi takes off. The values of all heads are the word vectors.
 */
export function textProblems(setting: TextSetting, heads: readonly Head[], memory: Memory): FloatProblem[] {
  const { queries, keys, dims, temperature, causal, excludeSelf } = setting;
  const [queryLength, keyLength] = [queries.tokens.length, keys.tokens.length];
  const value = zeros(memory, keyLength * dims);
  for (const [row, { vector }] of keys.words.entries()) value.set(vector, row * dims);
  const masks = excludeSelf ? [allButSelf(queryLength, memory)] : [];
  return heads.map(({ encoding, slope }) => {
    const headDim = encoding.dims;
    const query = zeros(memory, queryLength * headDim);
    const key = zeros(memory, keyLength * headDim);
    for (let row = 0; row < queryLength; row++) encoding.query(row, query.subarray(row * headDim, (row + 1) * headDim));
    for (let row = 0; row < keyLength; row++) encoding.key(row, key.subarray(row * headDim, (row + 1) * headDim));
    const sizes = { batch: 1, numHeads: 1, numKeyHeads: 1, queryLength, keyLength, headDim, valueDim: dims };
    const inputs = {
      precision: 'float32' as const,
      query: headsOf(query, [1, 1, queryLength, headDim]),
      key: headsOf(key, [1, 1, keyLength, headDim]),
      value: headsOf(value, [1, 1, keyLength, dims]),
    };
    return {
      ...problemOf(sizes, inputs),
      scale: 1 / temperature,
      masks,
      alibiSlopes: slope === undefined ? undefined : [slope / temperature],
      causal,
    };
  });
}

function zeros(memory: Memory, length: number): Float32Array {
  const floats: Floats = allocateFloats(memory, 'float32', length);
  if (!(floats instanceof Float32Array)) throw new Error('float32 was asked for');
  return floats.fill(0);
}

/** Every key but the one at the query's own position. */
function allButSelf(length: number, memory: Memory): Mask {
  const { buffer, byteOffset } = memory(length * length);
  const data = new Uint8Array(buffer, byteOffset, length * length).fill(1);
  for (let i = 0; i < length; i++) data[i * length + i] = 0;
  return { kind: 'boolean', data, strides: [0, 0, length, 1] };
}
