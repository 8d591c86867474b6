/** Nested arrays of JSON → a tensor, or texts. */
import { countOf, FileFault, shapeText, type Tensor, type Texts } from '../tensor.ts';
import { Growing } from './growing.ts';
import { numberOf } from './printed-number.ts';

const MOST_AXES = 32;

/** @throws FileFault where rows differ in length, or what stands there is neither a number nor a text */
export function nestedOf(name: string, value: unknown): Tensor | Texts {
  if (isFlat(value)) return flat(name, value);
  const shape = shapeOf(name, value);
  const leaves: unknown[] = [];
  gather(value, { name, shape, leaves, path: [] });
  const isTexts = leaves.some((leaf) => typeof leaf === 'string' && numberOf(leaf) === undefined);
  if (isTexts && leaves.every((leaf) => typeof leaf === 'string')) return { name, shape, texts: leaves };
  const values = new Growing();
  for (const [index, leaf] of leaves.entries()) values.push(numberAt(leaf, { name, shape, index }));
  return { name, dtype: dtypeOf(leaves), shape, values: values.all() };
}

/** As the service writes tensors, too. */
interface Flat {
  shape: readonly number[];
  dtype?: unknown;
  data: readonly unknown[];
}

const isFlat = (value: unknown): value is Flat =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  Array.isArray(value.shape) &&
  value.shape.every((size) => Number.isSafeInteger(size) && size >= 0) &&
  'data' in value &&
  Array.isArray(value.data);

function flat(name: string, { shape, dtype, data }: Flat): Tensor {
  if (countOf(shape) !== data.length)
    throw new FileFault(
      `${said(name)}the shape ${shapeText(shape)} has ${countOf(shape)} numbers, the data ${data.length}.`,
    );
  const values = Float64Array.from(data, (leaf, index) => numberAt(leaf, { name, shape: [data.length], index }));
  return { name, dtype: typeof dtype === 'string' ? dtype : dtypeOf(data), shape, values };
}

const said = (name: string): string => (name === '' ? '' : `${name}: `);

/** By the first of each. */
function shapeOf(name: string, value: unknown): number[] {
  const shape: number[] = [];
  for (let part = value; Array.isArray(part); part = part[0]) {
    if (shape.length === MOST_AXES) throw new FileFault(`${said(name)}more than ${MOST_AXES} arrays in each other.`);
    shape.push(part.length);
  }
  return shape;
}

interface Gathering {
  name: string;
  shape: readonly number[];
  leaves: unknown[];
  path: readonly number[];
}

function gather(value: unknown, { name, shape, leaves, path }: Gathering): void {
  const [size] = shape;
  if (size === undefined) {
    if (Array.isArray(value))
      throw new FileFault(`${said(name)}at ${placeOf(path)} is an array where others have a number.`);
    leaves.push(value);
    return;
  }
  if (!Array.isArray(value)) throw new FileFault(`${said(name)}at ${placeOf(path)} is no array, as others have it.`);
  if (value.length !== size) throw new FileFault(`${said(name)}${ragged(value.length, size, path)}`);
  for (const [index, part] of value.entries())
    gather(part, { name, shape: shape.slice(1), leaves, path: [...path, index] });
}

const placeOf = (path: readonly number[]): string => `[${path.join(', ')}]`;

function ragged(count: number, size: number, path: readonly number[]): string {
  const numbers = `${count} ${count === 1 ? 'number' : 'numbers'}`;
  const [row, ...none] = path;
  return none.length === 0 && row !== undefined
    ? `row ${row + 1} has ${numbers}, row 1 has ${size}.`
    : `the array at ${placeOf(path)} has ${count}, the first has ${size}.`;
}

function numberAt(
  leaf: unknown,
  { name, shape, index }: { name: string; shape: readonly number[]; index: number },
): number {
  if (typeof leaf === 'number') return leaf;
  if (typeof leaf === 'boolean') return leaf ? 1 : 0;
  const value = typeof leaf === 'string' ? numberOf(leaf) : undefined;
  if (value !== undefined) return value;
  const path = shape.map((size, axis) => Math.floor(index / countOf(shape.slice(axis + 1))) % size);
  throw new FileFault(`${said(name)}at ${placeOf(path)} is ${JSON.stringify(leaf)?.slice(0, 40)}, which is no number.`);
}

const dtypeOf = (leaves: readonly unknown[]): string =>
  leaves.length > 0 && leaves.every((leaf) => typeof leaf === 'boolean')
    ? 'bool'
    : leaves.length > 0 && leaves.every(Number.isSafeInteger)
      ? 'int64'
      : 'float64';
