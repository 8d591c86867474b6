import { pointerTo, RequestError } from '../errors.ts';
import {
  elementCount,
  type Floats,
  type FloatTensor,
  type HeadsView,
  type Precision,
  type Tensor,
} from '../tensor/tensor.ts';
import { readMask, type ScoreShape } from './mask.ts';
import type { Product } from './plan.ts';
import type { AttentionProblem, Mask } from './problem.ts';
import { floatTensor, type NamedTensors } from './request.ts';
import { allocateFloats, type Memory } from './result.ts';

/** The options of `POST /attention/multi-head`, with the meaning that torch.nn.MultiheadAttention gives them. */
export interface MultiHeadOptions {
  numHeads: number;
  /** Grouped-query attention: fewer heads for key and value. */
  numKeyHeads: number | undefined;
  isCausal: boolean;
  addZeroAttn: boolean;
  /** What PyTorch's constructor would have been told; checked against the tensors where it is said. */
  embedDim: number | undefined;
  kdim: number | undefined;
  vdim: number | undefined;
  bias: boolean | undefined;
  addBiasKv: boolean | undefined;
}

/** One attention between two matrix products: products in, the problem on what they write, one product out. */
export interface MultiHeadProblem {
  problem: AttentionProblem;
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

/** The sizes that all parts of one multi-head request share. */
interface Sizes {
  batch: number;
  queryLength: number;
  /** Keys that were sent. */
  sentKeys: number;
  /** Keys with those that bias_k and add_zero_attn append. */
  keyLength: number;
  embedDim: number;
  numHeads: number;
  headDim: number;
  numKeyHeads: number;
  /** num_kv_heads · head_dim: the width of the key and value projections. */
  keyWidth: number;
}

/**
 * Reads the whole contract of torch.nn.MultiheadAttention (batch first).
 * @throws RequestError with a pointer to what does not fit
 */
export function readMultiHead(
  tensors: NamedTensors,
  options: MultiHeadOptions,
  { precision, memory, maxElements }: { precision: Precision; memory: Memory; maxElements: number },
): MultiHeadProblem {
  const query = floatTensor(tensors, 'query');
  const key = floatTensor(tensors, 'key');
  const value = floatTensor(tensors, 'value');
  const rank = query.shape.length;
  if (rank !== 2 && rank !== 3) throw wrongRank('query', query, '[length, embed_dim] or [batch, length, embed_dim]');
  if (key.shape.length !== rank) throw wrongRank('key', key, `as many dimensions as query, ${rank}`);
  if (value.shape.length !== rank) throw wrongRank('value', value, `as many dimensions as query, ${rank}`);
  const biasK = readBiasRow(tensors, 'bias_k', 'bias_v');
  const biasV = readBiasRow(tensors, 'bias_v', 'bias_k');
  const sizes = readSizes({ query, key, value }, options, {
    extraKeys: Number(biasK !== undefined) + Number(options.addZeroAttn),
  });
  checkConstructorWords(tensors, options, { embedDim: sizes.embedDim, kdim: lastOf(key), vdim: lastOf(value) });

  const weights = readProjectionWeights(tensors, sizes, { kdim: lastOf(key), vdim: lastOf(value) });
  const { batch, queryLength, keyLength, embedDim, keyWidth, headDim } = sizes;
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
      precision,
      batch,
      numHeads: sizes.numHeads,
      numKeyHeads: sizes.numKeyHeads,
      queryLength,
      keyLength,
      headDim,
      valueDim: headDim,
      query: heads(projectedQuery, queryLength, embedDim),
      key: heads(projectedKey, keyLength, keyWidth),
      value: heads(projectedValue, keyLength, keyWidth),
      scale: 1 / Math.sqrt(headDim),
      softcap: 0,
      masks: [
        ...readMasks(tensors, sizes, { rank, precision, memory }),
        ...(causalByMask ? [causalMask(sizes, memory)] : []),
      ],
      alibiSlopes: undefined,
      causal: options.isCausal && !causalByMask,
      window: { left: Number.POSITIVE_INFINITY, right: Number.POSITIVE_INFINITY },
      offsets: new Array<number>(batch).fill(0),
      keyLengths: new Array<number>(batch).fill(keyLength),
      queryLengths: new Array<number>(batch).fill(queryLength),
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

function readSizes(
  { query, key, value }: { query: FloatTensor; key: FloatTensor; value: FloatTensor },
  { numHeads, numKeyHeads = numHeads }: MultiHeadOptions,
  { extraKeys }: { extraKeys: number },
): Sizes {
  const [batch, queryLength] = query.shape.length === 3 ? query.shape : [1, query.shape[0]];
  const [keyBatch, sentKeys] = key.shape.length === 3 ? key.shape : [1, key.shape[0]];
  const [valueBatch, valueLength] = value.shape.length === 3 ? value.shape : [1, value.shape[0]];
  if (keyBatch !== batch) throw mismatch('key', `key has batch ${keyBatch}, but query has ${batch}`);
  if (valueBatch !== batch) throw mismatch('value', `value has batch ${valueBatch}, but query has ${batch}`);
  if (valueLength !== sentKeys) throw mismatch('value', `value has length ${valueLength}, but key has ${sentKeys}`);
  const embedDim = lastOf(query);
  if (embedDim % numHeads !== 0) {
    throw mismatch('num_heads', `query has embed_dim ${embedDim}, which ${numHeads} heads cannot share evenly`);
  }
  if (numHeads % numKeyHeads !== 0) {
    throw mismatch('num_kv_heads', `num_heads ${numHeads} is no multiple of num_kv_heads ${numKeyHeads}`);
  }
  const headDim = embedDim / numHeads;
  const keyLength = sentKeys + extraKeys;
  return {
    batch,
    queryLength,
    sentKeys,
    keyLength,
    embedDim,
    numHeads,
    headDim,
    numKeyHeads,
    keyWidth: headDim * numKeyHeads,
  };
}

function checkConstructorWords(
  tensors: NamedTensors,
  options: MultiHeadOptions,
  dims: { embedDim: number; kdim: number; vdim: number },
): void {
  for (const [wire, said, is] of [
    ['embed_dim', options.embedDim, dims.embedDim],
    ['kdim', options.kdim, dims.kdim],
    ['vdim', options.vdim, dims.vdim],
  ] as const) {
    if (said !== undefined && said !== is)
      throw mismatch(wire, `${wire} is ${said}, but the tensor that it describes has ${is}`);
  }
  const hasBias = tensors.has('in_proj_bias') || tensors.has('out_proj_bias');
  if (options.bias === false && hasBias) {
    const name = tensors.has('in_proj_bias') ? 'in_proj_bias' : 'out_proj_bias';
    throw new RequestError('conflicting_options', `bias is false, but there is ${name}`, { pointer: '/bias' });
  }
  if (options.addBiasKv !== undefined && options.addBiasKv !== tensors.has('bias_k')) {
    const detail = options.addBiasKv
      ? 'add_bias_kv is true, but bias_k is missing'
      : 'add_bias_kv is false, but there is bias_k';
    throw new RequestError('conflicting_options', detail, { pointer: '/bias_k' });
  }
}

/** The right side of a projection. */
type Linear = Pick<Product, 'right' | 'bias' | 'biasOffset'>;

function readProjectionWeights(
  tensors: NamedTensors,
  { embedDim, keyWidth }: Sizes,
  { kdim, vdim }: { kdim: number; vdim: number },
): Record<'query' | 'key' | 'value' | 'output', Linear> {
  const bias = optionalShape(tensors, 'in_proj_bias', [embedDim + 2 * keyWidth]);
  const biasAt = (biasOffset: number) => ({ bias: bias?.data, biasOffset });
  const outBias = optionalShape(tensors, 'out_proj_bias', [embedDim]);
  const out = withShape(tensors, 'out_proj_weight', [embedDim, embedDim]);
  const output = { right: { data: out.data, offset: 0, rowStride: embedDim }, bias: outBias?.data, biasOffset: 0 };
  const separate = (['q_proj_weight', 'k_proj_weight', 'v_proj_weight'] as const).find((name) => tensors.has(name));

  if (separate === undefined) {
    if (kdim !== embedDim)
      throw mismatch('key', `key has ${kdim} numbers a row and query ${embedDim}: that needs q_, k_ and v_proj_weight`);
    if (vdim !== embedDim)
      throw mismatch(
        'value',
        `value has ${vdim} numbers a row and query ${embedDim}: that needs q_, k_ and v_proj_weight`,
      );
    const { data } = withShape(tensors, 'in_proj_weight', [embedDim + 2 * keyWidth, embedDim]);
    const rows = (first: number): Linear => ({
      right: { data, offset: first * embedDim, rowStride: embedDim },
      ...biasAt(first),
    });
    return { query: rows(0), key: rows(embedDim), value: rows(embedDim + keyWidth), output };
  }
  if (tensors.has('in_proj_weight')) {
    throw new RequestError(
      'conflicting_options',
      `in_proj_weight and ${separate} say the same thing twice: send one of them`,
      {
        pointer: '/in_proj_weight',
      },
    );
  }
  const linear = (name: string, width: number, depth: number, biasOffset: number): Linear => ({
    right: { data: withShape(tensors, name, [width, depth]).data, offset: 0, rowStride: depth },
    ...biasAt(biasOffset),
  });
  return {
    query: linear('q_proj_weight', embedDim, embedDim, 0),
    key: linear('k_proj_weight', keyWidth, kdim, embedDim),
    value: linear('v_proj_weight', keyWidth, vdim, embedDim + keyWidth),
    output,
  };
}

/** Products that write `[B, to, width]` from `[B, from, depth]`: one for all where nothing stands between the entries. */
function project(
  name: string,
  left: FloatTensor,
  linear: Linear,
  { into, width, from, to }: { into: Floats; width: number; from: number; to: number },
): Product[] {
  const depth = lastOf(left);
  const entries = elementCount(left.shape) / (from * depth);
  const rows = from === to ? entries * from : from;
  return Array.from({ length: from === to ? 1 : entries }, (_, entry) => ({
    name,
    rows,
    columns: width,
    depth,
    left: { data: left.data, offset: entry * from * depth, rowStride: depth },
    ...linear,
    into: { data: into, offset: entry * to * width, rowStride: width },
  }));
}

function readBiasRow(tensors: NamedTensors, name: 'bias_k' | 'bias_v', partner: string): FloatTensor | undefined {
  if (!tensors.has(name) && !tensors.has(partner)) return undefined;
  if (!tensors.has(name)) {
    throw new RequestError('missing_field', `${name} is missing: bias_k and bias_v go together`, {
      pointer: pointerTo(name),
    });
  }
  return floatTensor(tensors, name);
}

/** Writes the rows after the projected ones: the bias row first, then zeros, as PyTorch appends them. */
function appendKeys(projected: Floats, name: string, bias: FloatTensor | undefined, sizes: Sizes): void {
  const { batch, sentKeys, keyLength, keyWidth } = sizes;
  if (bias !== undefined && (lastOf(bias) !== keyWidth || elementCount(bias.shape) !== keyWidth)) {
    throw mismatch(name, `${name} has shape [${bias.shape.join(', ')}]; it needs [1, 1, ${keyWidth}]`);
  }
  for (let entry = 0; entry < batch; entry++) {
    projected.fill(0, (entry * keyLength + sentKeys) * keyWidth, (entry + 1) * keyLength * keyWidth);
    if (bias !== undefined) projected.set(bias.data, (entry * keyLength + sentKeys) * keyWidth);
  }
}

/** attn_mask and key_padding_mask in PyTorch's sense (true = ignore), as masks in ours (1 = may attend). */
function readMasks(
  tensors: NamedTensors,
  sizes: Sizes,
  { rank, precision, memory }: { rank: number; precision: Precision; memory: Memory },
): Mask[] {
  const { batch, numHeads, queryLength, sentKeys, keyLength } = sizes;
  const masks: Mask[] = [];
  const target: ScoreShape = [batch, numHeads, queryLength, keyLength];
  const attention = tensors.get('attn_mask');
  if (attention !== undefined) {
    const shape = attention.shape;
    const folded = shape.length === 3 && shape[0] === batch * numHeads ? [batch, numHeads, shape[1], shape[2]] : shape;
    masks.push(
      readMask(
        'attn_mask',
        forOurKeys('attn_mask', { ...attention, shape: folded }, sizes, { precision, memory }),
        target,
      ),
    );
  }
  const padding = tensors.get('key_padding_mask');
  if (padding !== undefined) {
    const want = rank === 3 ? [batch, sentKeys] : [sentKeys];
    requireShape('key_padding_mask', padding, want);
    const widened = { ...padding, shape: [batch, 1, 1, sentKeys] };
    masks.push(
      readMask('key_padding_mask', forOurKeys('key_padding_mask', widened, sizes, { precision, memory }), target),
    );
  }
  return masks;
}

/** A copy of a mask that lets every row see the appended keys; booleans are turned around. */
function forOurKeys(
  name: string,
  mask: Tensor,
  { sentKeys, keyLength }: Sizes,
  { precision, memory }: { precision: Precision; memory: Memory },
): Tensor {
  if (lastOf(mask) !== sentKeys)
    throw mismatch(name, `${name} has shape [${mask.shape.join(', ')}], but there are ${sentKeys} keys`);
  const rows = elementCount(mask.shape) / sentKeys;
  const shape = [...mask.shape.slice(0, -1), keyLength];
  if (mask.dtype === 'bool') {
    const { buffer, byteOffset } = memory(rows * keyLength);
    const data = new Uint8Array(buffer, byteOffset, rows * keyLength).fill(1);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < sentKeys; j++) data[row * keyLength + j] = 1 - mask.data[row * sentKeys + j];
    }
    return { dtype: 'bool', shape, data };
  }
  const data = allocateFloats(memory, precision, rows * keyLength).fill(0);
  for (let row = 0; row < rows; row++)
    data.set(mask.data.subarray(row * sentKeys, (row + 1) * sentKeys), row * keyLength);
  return data instanceof Float64Array ? { dtype: 'float64', shape, data } : { dtype: 'float32', shape, data };
}

/** Causal over the keys that were sent; appended ones are seen by all. */
function causalMask({ queryLength, sentKeys, keyLength }: Sizes, memory: Memory): Mask {
  const { buffer, byteOffset } = memory(queryLength * keyLength);
  const data = new Uint8Array(buffer, byteOffset, queryLength * keyLength);
  for (let i = 0; i < queryLength; i++) {
    for (let j = 0; j < keyLength; j++) data[i * keyLength + j] = j <= i || j >= sentKeys ? 1 : 0;
  }
  return { kind: 'boolean', data, strides: [0, 0, keyLength, 1] };
}

function withShape(tensors: NamedTensors, name: string, shape: readonly number[]): FloatTensor {
  const tensor = floatTensor(tensors, name);
  requireShape(name, tensor, shape);
  return tensor;
}

function optionalShape(tensors: NamedTensors, name: string, shape: readonly number[]): FloatTensor | undefined {
  return tensors.has(name) ? withShape(tensors, name, shape) : undefined;
}

function requireShape(name: string, tensor: Tensor, shape: readonly number[]): void {
  if (tensor.shape.length === shape.length && tensor.shape.every((dim, axis) => dim === shape[axis])) return;
  throw mismatch(name, `${name} has shape [${tensor.shape.join(', ')}]; it needs [${shape.join(', ')}]`);
}

function lastOf(tensor: Tensor): number {
  return tensor.shape[tensor.shape.length - 1];
}

function mismatch(name: string, detail: string): RequestError {
  return new RequestError('shape_mismatch', detail, { pointer: pointerTo(name) });
}

function wrongRank(name: string, tensor: Tensor, want: string): RequestError {
  return new RequestError('invalid_rank', `${name} has ${tensor.shape.length} dimensions; it needs ${want}`, {
    pointer: pointerTo(name),
  });
}
