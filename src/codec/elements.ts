/** What is checked of a tensor's shape and numbers, in whatever form they came. */

import { pointerTo, RequestError } from '../errors.ts';
import { firstNonFiniteHalf } from '../tensor/half.ts';
import type { Memory } from '../tensor/memory.ts';
import {
  elementCount,
  type Floats,
  firstNonFinite,
  type InputTensor,
  isHalfTensor,
  type Precision,
} from '../tensor/tensor.ts';
import type { CodecLimits, CodecSetting, NonFinite, TensorKind } from './tensor-request.ts';

const MAX_RANK = 4;

/** Counts what all tensors of a request hold together, so that nothing is allocated beyond the limit. */
export class ElementBudget {
  readonly limit: number;
  #left: number;

  constructor(limits: CodecLimits) {
    this.limit = limits.maxElements;
    this.#left = limits.maxElements;
  }

  /** How many more numbers there may be. */
  get left(): number {
    return this.#left;
  }

  take(count: number, field: string): void {
    this.require(count, field);
    this.#left -= count;
  }

  /** Throws when there may not be so many more, and takes none of them. */
  require(count: number, field: string): void {
    if (count <= this.#left) return;
    const pointer = pointerTo(field);
    const detail = `The tensors up to ${pointer} hold more than the ${this.limit} numbers that a request may have`;
    throw new RequestError('too_many_elements', detail, { pointer });
  }
}

/** What reading one tensor needs to know. */
export interface TensorReading {
  field: string;
  kind: TensorKind;
  precision: Precision;
  budget: ElementBudget;
  /** Takes the fault of a tensor of which not all may be read. */
  nonFinite: Map<string, NonFinite>;
  allocate: Memory;
  allFinite?: CodecSetting['allFinite'];
}

/**
 * A shape that was sent as a list of dimensions, each a whole number. Their product may be anything, so it is held against
 * the data that came and the budget before memory is taken. It is never small by mistake: products of integers beyond 2^53
 * are rounded, but not below it. A dimension of zero makes the data empty, and so the others are held against the budget
 * by themselves: what is counted by them must be bounded, too.
 */
export function readShape(shape: unknown, { field, budget }: Pick<TensorReading, 'field' | 'budget'>): number[] {
  const pointer = pointerTo(field, 'shape');
  if (!Array.isArray(shape)) {
    throw new RequestError('invalid_tensor', `${field}.shape must be a list of 1 to 4 dimensions`, { pointer });
  }
  checkRank(shape.length, field, pointer);
  const dims: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const dim: unknown = shape[axis];
    if (typeof dim !== 'number' || !Number.isSafeInteger(dim) || dim < 0) {
      const detail = `${field}.shape must hold integers of at least 0`;
      throw new RequestError('invalid_tensor', detail, { pointer: pointerTo(field, 'shape', axis) });
    }
    dims.push(dim);
  }
  if (dims.includes(0)) budget.require(elementCount(dims.map((dim) => Math.max(1, dim))), field);
  return dims;
}

export function checkRank(rank: number, field: string, pointer: string): void {
  if (rank >= 1 && rank <= MAX_RANK) return;
  const depth = rank > MAX_RANK ? 'more than 4' : 'no';
  throw new RequestError('invalid_rank', `${field} has ${depth} dimensions; 1 to 4 are possible`, { pointer });
}

/** The position of element `index` in a dense tensor of this shape: 5 in [2, 3] is [1, 2]. */
export function positionOf(index: number, shape: readonly number[]): number[] {
  const position = new Array<number>(shape.length);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return position;
}

/**
 * Throws when a tensor holds a number that its field cannot take; `locate` gives the pointer to an element. Of a tensor of
 * which not all may be read the fault is noted.
 */
export function checkNumbers(tensor: InputTensor, reading: TensorReading, locate: (index: number) => string): void {
  const { field, kind, precision } = reading;
  const first = firstOdd(tensor, reading);
  if (first < 0) return;
  const also = kind.minusInfinity ? ' and not −∞' : '';
  const fault = (index: number) => {
    const place = { pointer: locate(index) };
    if (tensor.dtype === 'bool') {
      const detail = `${field} is boolean: each byte must be 0 or 1, but element ${index} is not`;
      return new RequestError('invalid_tensor', detail, place);
    }
    const detail = `${field} holds a number that is not finite in ${precision}${also}: element ${index}`;
    return new RequestError('not_finite', detail, place);
  };
  if (!kind.unread) throw fault(first);
  reading.nonFinite.set(field, { first, fault });
}

/** The index of the first number that the field cannot take, or −1. */
function firstOdd(tensor: InputTensor, { kind, allFinite }: TensorReading): number {
  if (tensor.dtype === 'bool') return firstNonBoolean(tensor.data);
  if (isHalfTensor(tensor)) return firstNonFiniteHalf(tensor.dtype, tensor.data);
  if (kind.minusInfinity) return firstNotBelowInfinity(tensor.data);
  return tensor.dtype === 'float32' && allFinite?.(tensor.data) ? -1 : firstNonFinite(tensor.data);
}

/** The index of the first number that is NaN or +∞, or −1; −∞ hides a key and is welcome. */
function firstNotBelowInfinity(data: Floats): number {
  for (let i = 0; i < data.length; i++) if (!(data[i] < Number.POSITIVE_INFINITY)) return i;
  return -1;
}

function firstNonBoolean(data: Uint8Array): number {
  for (let i = 0; i < data.length; i++) if (data[i] > 1) return i;
  return -1;
}

/** Whether the numbers of a mask are nothing but 0 and 1, and both of them. */
export function bitsOf(data: Floats): 'both' | 'one' | 'neither' {
  let ones = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 1) ones++;
    else if (data[i] !== 0) return 'neither';
  }
  return ones > 0 && ones < data.length ? 'both' : 'one';
}

/** The fault of a mask whose numbers may be booleans that came as numbers. */
export function ambiguousMask(name: string): RequestError {
  const detail = `${name} holds 0 and 1 and no other number, which may be booleans or be added to the scores: send true and false, or say which with ${name}_type, "boolean" or "additive"`;
  return new RequestError('ambiguous_mask', detail, { pointer: pointerTo(name) });
}
