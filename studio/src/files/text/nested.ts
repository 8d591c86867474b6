/** Nested arrays of JSON → a tensor, or texts. */
import { FileFault, type Tensor, type Texts } from '../tensor.ts';
import { flatOf, isFlat } from './flat.ts';
import { Leaves, numberAt, type Of, placeOf, said } from './leaves.ts';

const MOST_AXES = 32;

/** @throws FileFault where rows differ in length, or what stands there is neither a number nor a text */
export function nestedOf(name: string, value: unknown): Tensor | Texts {
  if (isFlat(value)) return flatOf(name, value);
  const shape = shapeOf(name, value);
  const leaves = new Leaves();
  eachRow(value, { name, shape }, (row) => leaves.see(row));
  if (leaves.areTexts) {
    const texts: string[] = [];
    eachRow(value, { name, shape }, (row) => {
      for (const leaf of row) texts.push(String(leaf));
    });
    return { name, shape, texts };
  }
  const values = new Float64Array(leaves.count);
  let index = 0;
  eachRow(value, { name, shape }, (row) => {
    for (const leaf of row) {
      values[index] = numberAt(leaf, { name, shape }, index);
      index++;
    }
  });
  return { name, dtype: leaves.dtype, shape, values };
}

/** By the first of each. */
function shapeOf(name: string, value: unknown): number[] {
  const shape: number[] = [];
  for (let part = value; Array.isArray(part); part = part[0]) {
    if (shape.length === MOST_AXES) throw new FileFault(`${said(name)}more than ${MOST_AXES} arrays in each other.`);
    shape.push(part.length);
  }
  return shape;
}

/** Visits what the last axis has, each in turn; a number alone is one of itself. @throws FileFault where one has other than the first */
function eachRow(value: unknown, { name, shape }: Of, visit: (row: readonly unknown[]) => void): void {
  const path: number[] = [];
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) throw new FileFault(`${said(name)}at ${placeOf(path)} is no array, as others have it.`);
    const size = shape[path.length];
    if (part.length !== size) throw new FileFault(`${said(name)}${ragged(part.length, size, path)}`);
    if (path.length === shape.length - 1) {
      const odd = part.findIndex(Array.isArray);
      if (odd >= 0)
        throw new FileFault(`${said(name)}at ${placeOf([...path, odd])} is an array where others have a number.`);
      visit(part);
      return;
    }
    for (let index = 0; index < part.length; index++) {
      path.push(index);
      walk(part[index]);
      path.pop();
    }
  };
  if (shape.length === 0) visit([value]);
  else walk(value);
}

function ragged(count: number, size: number, path: readonly number[]): string {
  const numbers = `${count} ${count === 1 ? 'number' : 'numbers'}`;
  const [row, ...none] = path;
  return none.length === 0 && row !== undefined
    ? `row ${row + 1} has ${numbers}, row 1 has ${size}.`
    : `the array at ${placeOf(path)} has ${count}, the first has ${size}.`;
}
