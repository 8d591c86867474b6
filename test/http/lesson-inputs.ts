import { expect } from 'vitest';
import { FP32, type SentInput } from './framing.ts';

/** The lesson, one query of three keys, as the inputs of a model: e² : e⁰ : e², and their mean of the values, by hand. */
export const WEIGHTS = [0.4683105, 0.0633789, 0.4683105];
export const OUTPUT = [7.088036, 14.176073, 21.26411];
export const LSE = Math.log(2 * Math.exp(2) + 1);
export const near = (numbers: readonly number[]) => numbers.map((x) => expect.closeTo(x, 5));

export const query: SentInput = { name: 'query', shape: [1, 3], datatype: 'FP32', data: [1, 0, 1] };
export const key: SentInput = { name: 'key', shape: [3, 3], datatype: 'FP32', data: [1, 0, 1, 0, 1, 0, 1, 1, 1] };
export const value: SentInput = {
  name: 'value',
  shape: [3, 3],
  datatype: 'FP32',
  data: [10, 20, 30, 1, 2, 3, 5, 10, 15],
};
export const inputs = [query, key, value];
export const parameters = { scale: 1 };
export const asBytes = ({ data, ...about }: SentInput): SentInput => ({ ...about, bytes: FP32(...(data as number[])) });
export const binaryInputs = inputs.map(asBytes);
