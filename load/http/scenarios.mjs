// What is asked of every contender: the same four problems, as each of them wants to be asked, and what the answer must be.
import { JSON_TYPE, jsonBody, randomQkv, readSafetensors, SAFETENSORS, safetensorsBody } from '../bodies.mjs';
import { largestDifference, plainRow } from '../plain.mjs';

const RAW_TYPE = 'application/octet-stream';
/** Float32 sums over at most 2,048 keys, as an absolute error beside numbers of about 1. */
const TOLERANCE = 1e-5;

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} title
 * @property {number} flops of one request
 * @property {(dialect: 'spotlight' | 'peer' | 'echo') => Asked} asked
 *
 * @typedef {object} Asked
 * @property {string} path
 * @property {string} type
 * @property {Buffer} body
 * @property {(answer: Buffer) => void} check throws when the answer is wrong
 */

/** @returns {Scenario[]} */
export function allScenarios() {
  return [
    jsonScenario('tiny', 8, 4),
    jsonScenario('medium', 64, 64),
    jsonScenario('large', 512, 64),
    binaryScenario('binary', { heads: 8, length: 512, dim: 64 }),
  ];
}

function jsonScenario(name, length, dim) {
  const body = jsonBody(length, dim);
  const { query, key, value } = JSON.parse(body.toString());
  const [q, k, v] = [query, key, value].map((rows) => Float32Array.from(rows.flat()));
  const check = (answer) => {
    const { output } = JSON.parse(answer.toString());
    checkRows({ q, k, v, length, dim }, Float32Array.from(output.flat()));
  };
  const asked = (dialect) =>
    dialect === 'echo'
      ? { path: '/echo', type: JSON_TYPE, body, check: checkEcho }
      : { path: '/attention', type: JSON_TYPE, body, check };
  return { name, title: `${length}×${dim} JSON`, flops: 4 * length * length * dim, asked };
}

/** A problem of several heads in safetensors; to peers as the bare numbers of query, key and value. */
export function binaryScenario(name, { heads, length, dim }) {
  const { query, key, value } = randomQkv({ heads, length, dim });
  const raw = Buffer.concat([query, key, value].map((data) => Buffer.from(data.buffer)));
  const last = (data) => data.subarray((heads - 1) * length * dim);
  const head = { q: last(query), k: last(key), v: last(value), length, dim };
  const dialects = {
    spotlight: {
      path: '/attention',
      type: SAFETENSORS,
      body: safetensorsBody({ query, key, value }, [heads, length, dim]),
      check: (answer) => checkRows(head, last(readSafetensors(answer).output.data)),
    },
    peer: {
      path: `/raw?h=${heads}&l=${length}&d=${dim}`,
      type: RAW_TYPE,
      body: raw,
      check: (answer) => checkRows(head, last(new Float32Array(Uint8Array.from(answer).buffer))),
    },
    echo: { path: '/echo', type: RAW_TYPE, body: raw, check: checkEcho },
  };
  const title = `${heads}×${length}×${dim} binary`;
  return { name, title, flops: 4 * heads * length * length * dim, asked: (dialect) => dialects[dialect] };
}

/** First, middle and last row against the plain formula in float64. */
function checkRows({ q, k, v, length, dim }, output) {
  if (output.length !== length * dim) throw new Error(`expected ${length}×${dim} numbers, got ${output.length}`);
  for (const row of [0, length >> 1, length - 1]) {
    const difference = largestDifference(
      output.subarray(row * dim, (row + 1) * dim),
      plainRow({ q, k, v, keys: length, dim, causal: false }, row),
    );
    if (!(difference < TOLERANCE)) throw new Error(`row ${row} is ${difference} away from the plain formula`);
  }
}

function checkEcho(answer) {
  if (JSON.parse(answer.toString()).ok !== true) throw new Error('an echo must say ok');
}

/** Asks once and throws unless the answer is 200 and right; gives the milliseconds and what the server says of them. */
export async function askOnce(url, { path, type, body, check }) {
  const start = performance.now();
  const answer = await fetch(url + path, { method: 'POST', headers: { 'content-type': type }, body });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const ms = performance.now() - start;
  if (answer.status !== 200) {
    throw new Error(`${path} answers ${answer.status}: ${bytes.toString('utf8', 0, 300)}`);
  }
  check(bytes);
  return { ms, serverTiming: answer.headers.get('server-timing') ?? '' };
}
