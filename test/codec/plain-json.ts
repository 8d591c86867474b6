/**
 * The plain way to read a body, to compare the reader with: JSON.parse, then loops over its arrays, axis by axis. It has no
 * limits, and knows nested and flat tensors.
 */

import type { TensorFields } from '../../src/codec/tensor-request.ts';
import { pointerTo } from '../../src/errors.ts';
import type { Precision } from '../../src/tensor/tensor.ts';
import { firstSyntaxError } from './plain-syntax.ts';

export interface PlainTensor {
  dtype: string;
  shape: readonly number[];
  numbers: number[];
  /** The fault of a number that is not finite, where that matters only if it is read. */
  unfit?: Wrong;
}

/** What is wrong, as the wire would tell it. */
export interface PlainFault {
  code: string;
  pointer?: string;
  offset?: number;
}

export type PlainReading = { tensors: Map<string, PlainTensor>; options: object } | PlainFault;

class Wrong extends Error {
  readonly fault: PlainFault;

  constructor(code: string, ...path: (string | number)[]) {
    super(code);
    this.fault = { code, pointer: pointerTo(...path) };
  }
}

export function readPlainly(body: Uint8Array, fields: TensorFields): PlainReading {
  try {
    return read(body, fields);
  } catch (error) {
    if (error instanceof Wrong) return error.fault;
    throw error;
  }
}

function read(body: Uint8Array, fields: TensorFields): PlainReading {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch (error) {
    return error instanceof SyntaxError
      ? { code: 'invalid_json', offset: firstSyntaxError(body) }
      : { code: 'invalid_encoding' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { code: 'not_an_object' };
  const members = new Map<string, unknown>(Object.entries(value));
  const precision = members.get('precision') ?? 'float32';
  if (precision !== 'float32' && precision !== 'float64') throw new Wrong('invalid_option', 'precision');
  const tensors = new Map<string, PlainTensor>();
  const options: Record<string, unknown> = Object.create(null);
  for (const [name, member] of members) {
    // PyTorch's None.
    if (member === null && Object.hasOwn(fields, name)) continue;
    if (Object.hasOwn(fields, name)) tensors.set(name, readTensor(name, member, fields[name], precision));
    else options[name] = member;
  }
  // Which rows are read is only known when all else is: here, all of them.
  for (const { unfit } of tensors.values()) if (unfit !== undefined) throw unfit;
  for (const tensor of tensors.values()) delete tensor.unfit;
  return { tensors, options };
}

function readTensor(field: string, value: unknown, kind: TensorFields[string], precision: Precision): PlainTensor {
  if (Array.isArray(value)) {
    const shape = shapeOfFirst(field, value);
    const elements = elementsOf(field, value, shape);
    return checked(elements, shape, kind, precision, (index) => [field, ...positionOf(index, shape)]);
  }
  if (typeof value !== 'object' || value === null) throw new Wrong('invalid_tensor', field);
  const { shape, data, ...rest } = Object.assign(Object.create(null), value);
  for (const name of Object.keys(rest)) throw new Wrong('unknown_field', field, name);
  if (!Array.isArray(shape)) throw new Wrong('invalid_tensor', field, 'shape');
  if (shape.length < 1 || shape.length > 4) throw new Wrong('invalid_rank', field, 'shape');
  const odd = shape.findIndex((dim) => !Number.isSafeInteger(dim) || dim < 0);
  if (odd >= 0) throw new Wrong('invalid_tensor', field, 'shape', odd);
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (!Array.isArray(data) || data.length !== count) throw new Wrong('invalid_tensor', field, 'data');
  return checked(data, shape, kind, precision, (index) => [field, 'data', index]);
}

function shapeOfFirst(field: string, value: unknown[]): number[] {
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) {
    if (shape.length === 4) throw new Wrong('invalid_rank', field);
    if (level.length === 0) throw new Wrong('empty_tensor', field, ...shape.map(() => 0));
    shape.push(level.length);
  }
  return shape;
}

/** Flattens one axis after the other; every item but those of the last must be an array of the length of the first. */
function elementsOf(field: string, value: unknown[], shape: readonly number[]): unknown[] {
  let items = value;
  for (let axis = 1; axis < shape.length; axis++) {
    items = items.flatMap((item, index) => {
      if (Array.isArray(item) && item.length === shape[axis]) return item;
      const isRagged = Array.isArray(item) || typeof item === 'number' || typeof item === 'boolean';
      const path = positionOf(index, shape.slice(0, axis));
      throw new Wrong(isRagged ? 'ragged_array' : 'invalid_tensor', field, ...path);
    });
  }
  return items;
}

function checked(
  elements: unknown[],
  shape: number[],
  kind: TensorFields[string],
  precision: Precision,
  locate: (index: number) => (string | number)[],
): PlainTensor {
  const isBoolean = kind.booleans && typeof elements[0] === 'boolean';
  const numbers = elements.map((element, index) => {
    if (isBoolean && typeof element === 'boolean') return element ? 1 : 0;
    if (!isBoolean && typeof element === 'number') return precision === 'float32' ? Math.fround(element) : element;
    if (!isBoolean && kind.minusInfinity && element === '-Infinity') return Number.NEGATIVE_INFINITY;
    throw new Wrong(Array.isArray(element) ? 'ragged_array' : 'invalid_tensor', ...locate(index));
  });
  const isFit = (x: number) => Number.isFinite(x) || (kind.minusInfinity && x < 0);
  const unfit = numbers.findIndex((x) => !isFit(x));
  const fault = unfit < 0 ? undefined : new Wrong('not_finite', ...locate(unfit));
  if (fault !== undefined && !kind.unread) throw fault;
  const tensor: PlainTensor = { dtype: isBoolean ? 'bool' : precision, shape, numbers };
  return fault === undefined ? tensor : { ...tensor, unfit: fault };
}

function positionOf(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((dim) => {
      const place = rest % dim;
      rest = Math.floor(rest / dim);
      return place;
    })
    .reverse();
}
