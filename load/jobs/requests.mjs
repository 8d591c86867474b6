// What jobs ask for, and what a single machine answers to it.
import { createHash } from 'node:crypto';
import { JSON_TYPE, jsonBody, randomQkv, SAFETENSORS, safetensorsBody } from '../bodies.mjs';
import { normalNumbers } from '../numbers.mjs';

/** Each second job is one that is spread; the others take turns. */
export function requests() {
  const spread = [
    { name: 'rows', ...tensors(randomQkv({ heads: 1, length: 4096, dim: 64 }), [1, 4096, 64], { is_causal: 'true' }) },
    { name: 'heads', ...tensors(randomQkv({ heads: 4, length: 2048, dim: 64 }), [4, 2048, 64], { is_causal: 'true' }) },
    { name: 'long', ...tensors(randomQkv({ heads: 1, length: 6000, dim: 64 }), [1, 6000, 64], { is_causal: 'true' }) },
    { name: 'keys', ...fewRows(8, 16_384, 64) },
  ];
  const others = [
    json('small', '/attention', jsonBody(50, 64)),
    json('medium', '/attention', jsonBody(700, 64)),
    json('text', '/attention/text', { text: 'The cat sat on the mat because it was tired of being a replica.' }),
    json('long JSON', '/attention', jsonBody(1500, 64)),
    json('tokens', '/tokenize', { text: 'Once more unto the breach, dear friends. '.repeat(200) }),
    json('wrong', '/attention', { query: [[1, 2]], key: [[1, 2, 3]], value: [[1]] }),
  ];
  return (i) => (i % 2 === 0 ? spread[(i / 2) % spread.length] : others[((i - 1) / 2) % others.length]);
}

function json(name, route, body) {
  return { name, route, type: JSON_TYPE, body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)) };
}

/** @param shape of all, or of each by its name */
function tensors(numbers, shape, options) {
  return { route: '/attention', type: SAFETENSORS, body: safetensorsBody(numbers, shape, options), isSpread: true };
}

/** Few rows that see many keys: these are split by keys. */
function fewRows(rows, keys, dim) {
  const [key, value] = [2, 3].map((seed) => normalNumbers(seed, keys * dim));
  const shapes = { query: [1, rows, dim], key: [1, keys, dim], value: [1, keys, dim] };
  return tensors({ query: normalNumbers(1, rows * dim), key, value }, shapes, {});
}

/**
 * What of an answer must be the same whoever gives it, in short: of a safetensors file its numbers, as its header tells how
 * they came to be; of a problem its status and code, as it tells of whom it was asked; of all else each byte.
 */
export function printOf(status, type, bytes) {
  if (status !== 200) return `${status} ${JSON.parse(bytes.toString()).code}`;
  const told = type.startsWith(SAFETENSORS) ? bytes.subarray(8 + Number(bytes.readBigUInt64LE(0))) : bytes;
  return `200 ${createHash('sha256').update(told).digest('hex')}`;
}

/** Asks a server for what jobs will be asked for. @returns prints by the names of requests */
export async function answersOf({ url }, all) {
  const ask = async ({ route, type, body }) => {
    const answer = await fetch(url + route, { method: 'POST', headers: { 'content-type': type }, body });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return printOf(answer.status, answer.headers.get('content-type') ?? '', bytes);
  };
  const prints = new Map();
  for (const request of all) {
    if (prints.has(request.name)) continue;
    const print = await ask(request);
    if (print !== (await ask(request))) throw new Error(`${request.name} is answered in two ways by one machine`);
    prints.set(request.name, print);
  }
  return prints;
}
