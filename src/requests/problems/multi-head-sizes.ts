import type { MultiHeadOptions } from '../../codec/multi-head-options.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import type { FloatTensor, Tensor } from '../../tensor/tensor.ts';
import { floatTensor, type NamedTensors } from './named-tensors.ts';

/** The sizes that all parts of one multi-head request share. */
export interface MultiHeadSizes {
  /** Of query, key and value: 2 without a batch axis, 3 with one. */
  rank: number;
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

/** @throws RequestError for shapes that do not fit each other or the number of heads */
export function readSizes(
  { query, key, value }: { query: FloatTensor; key: FloatTensor; value: FloatTensor },
  { numHeads, numKvHeads: numKeyHeads = numHeads }: MultiHeadOptions,
  { extraKeys }: { extraKeys: number },
): MultiHeadSizes {
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
    rank: query.shape.length,
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

/** What PyTorch's constructor would have been told must fit the tensors. @throws RequestError */
export function checkConstructorWords(
  tensors: NamedTensors,
  options: MultiHeadOptions,
  dims: { embedDim: number; kdim: number; vdim: number },
): void {
  for (const [wire, said, is] of [
    ['embed_dim', options.embedDim, dims.embedDim],
    ['kdim', options.kdim, dims.kdim],
    ['vdim', options.vdim, dims.vdim],
  ] as const) {
    if (typeof said === 'number' && said !== is)
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

export function withShape(tensors: NamedTensors, name: string, shape: readonly number[]): FloatTensor {
  const tensor = floatTensor(tensors, name);
  requireShape(name, tensor, shape);
  return tensor;
}

export function optionalShape(tensors: NamedTensors, name: string, shape: readonly number[]): FloatTensor | undefined {
  return tensors.has(name) ? withShape(tensors, name, shape) : undefined;
}

export function requireShape(name: string, tensor: Tensor, shape: readonly number[]): void {
  if (tensor.shape.length === shape.length && tensor.shape.every((dim, axis) => dim === shape[axis])) return;
  throw mismatch(name, `${name} has shape [${tensor.shape.join(', ')}]; it needs [${shape.join(', ')}]`);
}

/** A batch and a length may be 0; a row must hold numbers. @throws RequestError `empty_tensor` */
export function requireWidth(name: string, tensor: Tensor): void {
  if (lastOf(tensor) > 0) return;
  const detail = `${name} has shape [${tensor.shape.join(', ')}]: a batch and a length may be 0, the width may not`;
  throw new RequestError('empty_tensor', detail, { pointer: pointerTo(name) });
}

export function lastOf(tensor: Tensor): number {
  return tensor.shape[tensor.shape.length - 1];
}

export function mismatch(name: string, detail: string): RequestError {
  return new RequestError('shape_mismatch', detail, { pointer: pointerTo(name) });
}

export function wrongRank(name: string, tensor: Tensor, want: string): RequestError {
  return new RequestError('invalid_rank', `${name} has ${tensor.shape.length} dimensions; it needs ${want}`, {
    pointer: pointerTo(name),
  });
}
