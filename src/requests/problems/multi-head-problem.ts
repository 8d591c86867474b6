import { problemOf } from '../../attention/plain-problem.ts';
import type { FloatProblem } from '../../attention/problem.ts';
import type { Product } from '../../attention/product.ts';
import type { MultiHeadOptions } from '../../codec/multi-head-options.ts';
import { RequestError } from '../../errors.ts';
import { allocateFloats } from '../../tensor/memory.ts';
import type { Floats, HeadsView } from '../../tensor/tensor.ts';
import { appendKeys, readBiasRow } from './multi-head-keys.ts';
import { causalMask, readMasks } from './multi-head-masks.ts';
import { project, readProjectionWeights } from './multi-head-projections.ts';
import { checkConstructorWords, lastOf, readSizes, requireWidth, wrongRank } from './multi-head-sizes.ts';
import { floatTensor, type NamedTensors } from './named-tensors.ts';
import type { ProblemReading } from './problem-reading.ts';

/** One attention between two matrix products: products in, the problem on what they write, one product out. */
export interface MultiHeadProblem {
  problem: FloatProblem;
  /** query, key and value projections; they write what `problem` reads. */
  projections: readonly Product[];
  /** Heads joined again, `[B, Lq, E]`: what the problem writes and the output projection reads. */
  joined: HeadsView;
  outProjection: Product;
  /** [B, Lq, E] */
  output: Floats;
  /** 2 without a batch axis, 3 with one. */
  rank: number;
}

/**
 * Reads the whole contract of torch.nn.MultiheadAttention (batch first).
 * @throws RequestError with a pointer to what does not fit
 */
export function readMultiHead(
  tensors: NamedTensors,
  options: MultiHeadOptions,
  reading: ProblemReading,
): MultiHeadProblem {
  const { precision, memory, maxElements } = reading;
  const query = floatTensor(tensors, 'query');
  const key = floatTensor(tensors, 'key');
  const value = floatTensor(tensors, 'value');
  const rank = query.shape.length;
  if (rank !== 2 && rank !== 3) throw wrongRank('query', query, '[length, embed_dim] or [batch, length, embed_dim]');
  if (key.shape.length !== rank) throw wrongRank('key', key, `as many dimensions as query, ${rank}`);
  if (value.shape.length !== rank) throw wrongRank('value', value, `as many dimensions as query, ${rank}`);
  requireWidth('query', query);
  requireWidth('key', key);
  requireWidth('value', value);
  const biasK = readBiasRow(tensors, 'bias_k', 'bias_v');
  const biasV = readBiasRow(tensors, 'bias_v', 'bias_k');
  const sizes = readSizes({ query, key, value }, options, {
    extraKeys: Number(biasK !== undefined) + Number(options.addZeroAttn),
  });
  checkConstructorWords(tensors, options, { embedDim: sizes.embedDim, kdim: lastOf(key), vdim: lastOf(value) });

  const weights = readProjectionWeights(tensors, sizes, { kdim: lastOf(key), vdim: lastOf(value) });
  const { batch, queryLength, keyLength, embedDim, keyWidth, headDim } = sizes;
  const { numHeads, numKeyHeads } = sizes;
  const problemSizes = { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim: headDim };
  const causalByMask = options.isCausal && keyLength > sizes.sentKeys;
  const between =
    2 * batch * (queryLength * embedDim + keyLength * keyWidth) + (causalByMask ? queryLength * keyLength : 0);
  if (between > 2 * maxElements) {
    throw new RequestError(
      'too_many_elements',
      `the projections of query, key and value would hold ${between} numbers, and the limit is ${2 * maxElements}`,
      {
        pointer: '/key',
      },
    );
  }
  const projectedQuery = allocateFloats(memory, precision, batch * queryLength * embedDim);
  const projectedKey = allocateFloats(memory, precision, batch * keyLength * keyWidth);
  const projectedValue = allocateFloats(memory, precision, batch * keyLength * keyWidth);
  appendKeys(projectedKey, 'bias_k', biasK, sizes);
  appendKeys(projectedValue, 'bias_v', biasV, sizes);

  const projections = [
    ...project('query', query, weights.query, {
      into: projectedQuery,
      width: embedDim,
      from: queryLength,
      to: queryLength,
    }),
    ...project('key', key, weights.key, { into: projectedKey, width: keyWidth, from: sizes.sentKeys, to: keyLength }),
    ...project('value', value, weights.value, {
      into: projectedValue,
      width: keyWidth,
      from: sizes.sentKeys,
      to: keyLength,
    }),
  ];
  const heads = (data: Floats, length: number, width: number): HeadsView => ({
    data,
    batchStride: length * width,
    headStride: headDim,
    rowStride: width,
  });
  const joined = heads(allocateFloats(memory, precision, batch * queryLength * embedDim), queryLength, embedDim);
  const output = allocateFloats(memory, precision, batch * queryLength * embedDim);

  return {
    problem: {
      ...problemOf(problemSizes, {
        precision,
        query: heads(projectedQuery, queryLength, embedDim),
        key: heads(projectedKey, keyLength, keyWidth),
        value: heads(projectedValue, keyLength, keyWidth),
      }),
      masks: [...readMasks(tensors, options, sizes, reading), ...(causalByMask ? [causalMask(sizes, memory)] : [])],
      causal: options.isCausal && !causalByMask,
    },
    projections,
    joined,
    outProjection: {
      name: 'output',
      rows: batch * queryLength,
      columns: embedDim,
      depth: embedDim,
      left: { data: joined.data, offset: 0, rowStride: embedDim },
      ...weights.output,
      into: { data: output, offset: 0, rowStride: embedDim },
    },
    output,
    rank,
  };
}
