import { problemOf } from '../../attention/plain-problem.ts';
import { type AttentionProblem, floatProblem } from '../../attention/problem.ts';
import { allocateFloats, type Memory } from '../../attention/result.ts';
import { rotateQueryAndKey } from '../../attention/rotary.ts';
import type { AttentionOptions } from '../../codec/attention-options.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import {
  type FloatTensor,
  type HalfTensor,
  type HeadsView,
  headsOf,
  type InputTensor,
  type InputView,
  inputHeadsOf,
  type Precision,
} from '../../tensor/tensor.ts';
import { readMask } from './mask.ts';
import { floatTensor, inputTensor, type NamedInputs, widenedTensor } from './named-tensors.ts';
import { requireOneForEach } from './one-for-each.ts';

/** A problem, and what is needed to answer in the form of the request. */
export interface ReadProblem {
  problem: AttentionProblem;
  /** The rank of `query`, 1 to 4, which the answer has too. */
  rank: number;
}

/** Sizes of a tensor as `[batch, heads, length, dim]`. */
type Sizes = readonly [batch: number, heads: number, length: number, dim: number];

/**
 * Tensors and options become one problem; whatever does not fit together is told with a pointer to it.
 * Rotary turns query and key in place. `memory` is used to join past and new keys. Halves stay halves in the problem; where
 * `needsFloats` says so they must have been widened.
 * @throws RequestError
 */
export function readProblem(
  tensors: NamedInputs,
  options: AttentionOptions,
  { precision, memory }: { precision: Precision; memory: Memory },
): ReadProblem {
  const query = inputTensor(tensors, 'query');
  const rank = query.shape.length;
  const key = inputTensor(tensors, 'key');
  const value = inputTensor(tensors, 'value');
  const keyRank = Math.max(2, rank);
  for (const [name, tensor] of [
    ['key', key],
    ['value', value],
  ] as const) {
    if (tensor.shape.length === keyRank) continue;
    throw new RequestError(
      'invalid_rank',
      `${name} has ${tensor.shape.length} dimensions, but query has ${rank}: ${name} needs ${keyRank}`,
      { pointer: pointerTo(name) },
    );
  }
  const [batch, numHeads, queryLength, headDim] = sizesOf(query);
  const newKeys = sizesOf(key);
  const newValues = sizesOf(value);
  const numKeyHeads = newKeys[1];
  agree('key', 'batch', newKeys[0], batch, 'query');
  agree('key', 'head_dim', newKeys[3], headDim, 'query');
  agree('value', 'batch', newValues[0], batch, 'query');
  agree('value', 'number of heads', newValues[1], numKeyHeads, 'key');
  agree('value', 'length', newValues[2], newKeys[2], 'key');
  if (numHeads % numKeyHeads !== 0) {
    throw new RequestError(
      'shape_mismatch',
      `query has ${numHeads} heads, which is no multiple of the ${numKeyHeads} heads of key`,
      {
        pointer: '/query',
      },
    );
  }
  const valueDim = newValues[3];
  const past = readPast(tensors, { batch, heads: numKeyHeads, headDim, valueDim, rank: keyRank });
  const pastLength = past?.length ?? 0;
  const keyLength = pastLength + newKeys[2];

  const join = (name: 'key' | 'value', tensor: FloatTensor | HalfTensor, sizes: Sizes): InputView => {
    const before = past?.[name];
    if (before === undefined) return inputHeadsOf(tensor, sizes);
    return joinLengths(before, floatTensor(tensors, name), { sizes, pastLength, precision, memory });
  };
  const plain = problemOf<InputView>(
    { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim },
    {
      precision,
      query: inputHeadsOf(query, [batch, numHeads, queryLength, headDim]),
      key: join('key', key, newKeys),
      value: join('value', value, newValues),
    },
  );
  const keyLengths = readLengths('key_lengths', options.keyLengths, { usual: plain.keyLengths, limit: keyLength });
  const mask = tensors.has('attn_mask') ? widenedTensor(tensors, 'attn_mask') : undefined;
  const problem: AttentionProblem = {
    ...plain,
    scale: options.scale ?? plain.scale,
    softcap: options.softcap,
    keyLengths,
    queryLengths: readLengths('query_lengths', options.queryLengths, { usual: plain.queryLengths, limit: queryLength }),
    offsets: readOffsets(options, { batch, queryLength, pastLength, keyLengths }),
    alibiSlopes: oneForEachHead('alibi_slopes', options.alibiSlopes, numHeads),
    masks: mask === undefined ? [] : [readMask('attn_mask', mask, [batch, numHeads, queryLength, keyLength])],
    sinks: readSinks(tensors, numHeads),
    causal: options.isCausal !== false,
    window: {
      left: options.window?.left ?? plain.window.left,
      right: options.window?.right ?? plain.window.right,
    },
  };
  if (options.rotary !== undefined) rotateQueryAndKey(floatProblem(problem), options.rotary, pastLength);
  return { problem, rank };
}

/** The shape of an answer in the rank of the request: leading axes of `[B, H, L, …]` fall away as they did in `query`. */
export function inRank(rank: number, shape: readonly number[]): number[] {
  return shape.slice(4 - rank);
}

/** Whether opening these reads their numbers: past and new keys are joined, and rotary turns queries and keys. */
export function needsFloats(tensors: NamedInputs, { rotary }: Pick<AttentionOptions, 'rotary'>): boolean {
  return rotary !== undefined || tensors.has('past_key') || tensors.has('past_value');
}

function sizesOf(tensor: InputTensor): Sizes {
  const { shape } = tensor;
  const missing = 4 - shape.length;
  const size = (axis: number) => (axis < missing ? 1 : shape[axis - missing]);
  return [size(0), size(1), size(2), size(3)];
}

function agree(name: string, what: string, got: number, want: number, other: string): void {
  if (got === want) return;
  throw new RequestError('shape_mismatch', `${name} has ${what} ${got}, but ${other} has ${want}`, {
    pointer: pointerTo(name),
  });
}

interface Past {
  key: FloatTensor;
  value: FloatTensor;
  length: number;
}

function readPast(
  tensors: NamedInputs,
  want: { batch: number; heads: number; headDim: number; valueDim: number; rank: number },
): Past | undefined {
  if (!tensors.has('past_key') && !tensors.has('past_value')) return undefined;
  const key = floatTensor(tensors, 'past_key');
  const value = floatTensor(tensors, 'past_value');
  const length = sizesOf(key)[2];
  for (const [name, tensor, dim] of [
    ['past_key', key, want.headDim],
    ['past_value', value, want.valueDim],
  ] as const) {
    if (tensor.shape.length !== want.rank) {
      throw new RequestError(
        'invalid_rank',
        `${name} has ${tensor.shape.length} dimensions, but key has ${want.rank}`,
        {
          pointer: pointerTo(name),
        },
      );
    }
    const sizes = sizesOf(tensor);
    agree(name, 'batch', sizes[0], want.batch, 'key');
    agree(name, 'number of heads', sizes[1], want.heads, 'key');
    agree(name, 'length', sizes[2], length, 'past_key');
    agree(name, 'head size', sizes[3], dim, name === 'past_key' ? 'key' : 'value');
  }
  return { key, value, length };
}

function joinLengths(
  past: FloatTensor,
  tensor: FloatTensor,
  { sizes, pastLength, precision, memory }: { sizes: Sizes; pastLength: number; precision: Precision; memory: Memory },
): HeadsView {
  const [batch, heads, length, dim] = sizes;
  const joined = allocateFloats(memory, precision, batch * heads * (pastLength + length) * dim);
  for (let entry = 0; entry < batch * heads; entry++) {
    const start = entry * (pastLength + length) * dim;
    joined.set(past.data.subarray(entry * pastLength * dim, (entry + 1) * pastLength * dim), start);
    joined.set(tensor.data.subarray(entry * length * dim, (entry + 1) * length * dim), start + pastLength * dim);
  }
  return headsOf(joined, [batch, heads, pastLength + length, dim]);
}

function readLengths(
  name: string,
  lengths: readonly number[] | undefined,
  { usual, limit }: { usual: readonly number[]; limit: number },
): readonly number[] {
  if (lengths === undefined) return usual;
  requireOneForEach(name, lengths, { count: usual.length, of: 'batch entries' });
  const over = lengths.findIndex((length) => length > limit);
  if (over >= 0) {
    throw new RequestError('invalid_option', `${name} has ${lengths[over]}, but there are only ${limit}`, {
      pointer: pointerTo(name, over),
    });
  }
  return lengths;
}

function oneForEachHead(name: string, numbers: readonly number[] | undefined, numHeads: number): typeof numbers {
  if (numbers !== undefined) requireOneForEach(name, numbers, { count: numHeads, of: 'query heads' });
  return numbers;
}

/** One sink for all query heads, or one for each. */
function readSinks(tensors: NamedInputs, numHeads: number): readonly number[] | undefined {
  if (!tensors.has('sinks')) return undefined;
  const { data } = floatTensor(tensors, 'sinks');
  requireOneForEach('sinks', data, { count: numHeads, of: 'query heads', orOne: true });
  if (data.every((sink) => sink === Number.NEGATIVE_INFINITY)) return undefined;
  return Array.from({ length: numHeads }, (_, head) => data[data.length === 1 ? 0 : head]);
}

function readOffsets(
  { isCausal, queryOffset }: AttentionOptions,
  sizes: { batch: number; queryLength: number; pastLength: number; keyLengths: readonly number[] },
): readonly number[] {
  if (isCausal === 'lower_right') {
    if (queryOffset !== undefined) {
      throw new RequestError(
        'conflicting_options',
        'is_causal "lower_right" sets the offset itself: leave query_offset out, or use is_causal true',
        {
          pointer: '/query_offset',
        },
      );
    }
    return sizes.keyLengths.map((valid) => valid - sizes.queryLength);
  }
  if (queryOffset === undefined) return new Array<number>(sizes.batch).fill(sizes.pastLength);
  if (typeof queryOffset === 'number') return new Array<number>(sizes.batch).fill(queryOffset);
  requireOneForEach('query_offset', queryOffset, { count: sizes.batch, of: 'batch entries' });
  return queryOffset;
}
