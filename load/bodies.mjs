// Request bodies, and the reading of answers in safetensors.
import { normalNumbers } from './numbers.mjs';

/** query, key and value of `[length, dim]` as nested arrays, six decimals a number. */
export function jsonBody(length, dim) {
  const matrix = (seed) => {
    const numbers = Array.from(normalNumbers(seed, length * dim), (x) => Number(x.toFixed(6)));
    return Array.from({ length }, (_, row) => numbers.slice(row * dim, (row + 1) * dim));
  };
  return Buffer.from(JSON.stringify({ query: matrix(1), key: matrix(2), value: matrix(3) }));
}

/** Random query, key and value, each `heads`×`length`×`dim` numbers. */
export function randomQkv({ heads, length, dim }) {
  const [query, key, value] = [1, 2, 3].map((seed) => normalNumbers(seed, heads * length * dim));
  return { query, key, value };
}

/** Tensors of one shape, or each of its own by its name; `metadata` holds the options, as strings. */
export function safetensorsBody(tensors, shape, metadata = {}) {
  const header = { __metadata__: metadata };
  let offset = 0;
  for (const [name, data] of Object.entries(tensors)) {
    header[name] = {
      dtype: 'F32',
      shape: Array.isArray(shape) ? shape : shape[name],
      data_offsets: [offset, offset + data.byteLength],
    };
    offset += data.byteLength;
  }
  const text = JSON.stringify(header);
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const pieces = Object.values(tensors).map((data) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, Buffer.from(padded), ...pieces]);
}

/** @returns {Record<string, { shape: number[], data: Float32Array }>} */
export function readSafetensors(body) {
  const bytes = Buffer.from(body);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, start));
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [from, to] = [] }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (dtype !== 'F32') throw new Error(`${name} is ${dtype}, expected F32`);
    // A copy, because the data need not be aligned in the body.
    const data = new Float32Array((to - from) / 4);
    Buffer.from(data.buffer).set(bytes.subarray(start + from, start + to));
    tensors[name] = { shape, data };
  }
  return tensors;
}

export const SAFETENSORS = 'application/vnd.safetensors';
export const JSON_TYPE = 'application/json';
