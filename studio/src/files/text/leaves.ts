/** What stands within the innermost arrays of JSON. */
import { countOf, FileFault } from '../tensor.ts';
import { numberOf } from './printed-number.ts';

/** What leaves are of. */
export interface Of {
  name: string;
  shape: readonly number[];
}

export const said = (name: string): string => (name === '' ? '' : `${name}: `);

export const placeOf = (path: readonly number[]): string => `[${path.join(', ')}]`;

/** What all leaves are, from one row after the other. */
export class Leaves {
  count = 0;
  #truths = 0;
  #integers = 0;
  #strings = 0;
  #hasWords = false;

  see(row: readonly unknown[]): void {
    this.count += row.length;
    for (const leaf of row) {
      if (typeof leaf === 'number') {
        if (Number.isSafeInteger(leaf)) this.#integers++;
      } else if (typeof leaf === 'boolean') this.#truths++;
      else if (typeof leaf === 'string') {
        this.#strings++;
        this.#hasWords ||= numberOf(leaf) === undefined;
      }
    }
  }

  get areTexts(): boolean {
    return this.#hasWords && this.#strings === this.count;
  }

  get dtype(): string {
    if (this.count === 0) return 'float64';
    return this.#truths === this.count ? 'bool' : this.#integers === this.count ? 'int64' : 'float64';
  }
}

/** @throws FileFault where it is none, with its place */
export function numberAt(leaf: unknown, { name, shape }: Of, index: number): number {
  if (typeof leaf === 'number') return leaf;
  if (typeof leaf === 'boolean') return leaf ? 1 : 0;
  const value = typeof leaf === 'string' ? numberOf(leaf) : undefined;
  if (value !== undefined) return value;
  const path = shape.map((size, axis) => Math.floor(index / countOf(shape.slice(axis + 1))) % size);
  throw new FileFault(`${said(name)}at ${placeOf(path)} is ${JSON.stringify(leaf)?.slice(0, 40)}, which is no number.`);
}
