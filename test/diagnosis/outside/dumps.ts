/** Dumps of wrong attention that were made elsewhere, with NumPy, after public reports; each with its cause. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Heads, heads } from '../wrong/nested.ts';

interface DumpTensor {
  shape: number[];
  dtype: 'float32';
  /** base64, little-endian */
  data: string;
}

export interface Dump {
  name: string;
  /** The names that explain `expected_output`; none where nothing does. */
  cause: string[] | null;
  why: string;
  /** Those that are right. */
  verdict: string[];
  where?: { heads: number[] };
  /** As it is sent: tensors in base64. */
  request: Record<string, unknown>;
}

const folder = new URL('./', import.meta.url);

export const dumps: Dump[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => ({ name: file.slice(0, -5), ...JSON.parse(readFileSync(new URL(file, folder), 'utf8')) }));

/** A request with its tensors as nested numbers. */
export function nestedRequest(request: Dump['request']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).map(([name, x]) => [name, isTensor(x) ? nested(x) : x]));
}

function isTensor(x: unknown): x is DumpTensor {
  return typeof x === 'object' && x !== null && 'shape' in x;
}

function nested({ shape, data }: DumpTensor): Heads {
  const [, count, length, dim] = shape;
  const bytes = Buffer.from(data, 'base64');
  return heads(shape, (b, h, i, x) => bytes.readFloatLE(4 * (((b * count + h) * length + i) * dim + x)));
}
