// What the edge_* cases must answer: attention by its definition, in float64, in plain loops that share nothing with src/.
//   node test/conformance/edge.mjs            holds every edge_*.json to what this computes from its inputs
//   node test/conformance/edge.mjs --write    writes outputs that are not so anew, and the cases of RECIPES that are not there yet
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const directory = new URL('./cases/', import.meta.url);

/** Cases that were drawn here; the inputs of all others are what their files hold. */
const RECIPES = [
  {
    ...{ name: 'edge_sinks_per_head', seed: 101, query: [2, 4, 9, 8], key: [2, 2, 13, 8], value: [2, 2, 13, 6] },
    ...{ attributes: { is_causal: 1 }, request: { query_offset: 2 }, sinks: [0.5, -1.25, 3, '-Infinity'] },
  },
  {
    ...{ name: 'edge_sinks_one_for_all', seed: 111, query: [1, 2, 20, 4], key: [1, 2, 20, 4], value: [1, 2, 20, 4] },
    ...{
      attributes: { softcap: 5 },
      request: { window: { left: 3, right: 2 }, alibi_slopes: [0.5, 0.125] },
      sinks: [0],
    },
  },
  {
    ...{ name: 'edge_sinks_masked_rows', seed: 121, query: [1, 2, 4, 4], key: [1, 2, 6, 4], value: [1, 2, 6, 4] },
    ...{ mask: rowsInSight([1, 0, 1, 0], 6), sinks: [1.5, -70] },
  },
  {
    ...{ name: 'edge_sinks_far', seed: 131, query: [1, 4, 17, 4], key: [1, 4, 5, 4], value: [1, 4, 5, 4] },
    sinks: [60, -60, 1e30, -3e38],
  },
  {
    ...{ name: 'edge_sinks_long_keys', seed: 141, query: [1, 1, 2, 2], key: [1, 1, 2100, 2], value: [1, 1, 2100, 2] },
    sinks: [9],
  },
];

/** A boolean mask that hides all keys from the rows that are 0, and one from all others. */
function rowsInSight(rows, keys) {
  const data = rows.flatMap((row) => Array.from({ length: keys }, (_, j) => row === 1 && j !== 2));
  return { shape: [rows.length, keys], dtype: 'bool', data };
}

/** Ten digits: more than float32 holds, and what a case of this set is written with. */
const rounded = (x) => (x === Number.NEGATIVE_INFINITY ? '-Infinity' : Number(x.toPrecision(10)));

/** An element of a tensor that lines up from the right with `place`; an axis of one is repeated. */
function elementAt({ shape, data }, place) {
  const own = place.slice(place.length - shape.length);
  return data[shape.reduce((index, size, axis) => index * size + (size === 1 ? 0 : own[axis]), 0)];
}

/** Row i of head h of batch entry b, turned by its position where the case asks for rotary (RoFormer, GPT-NeoX and GPT-J). */
function rowOf({ shape: [, heads, length, dim], data }, [b, h, i], rotary, position) {
  const start = ((b * heads + h) * length + i) * dim;
  const row = data.slice(start, start + dim).map(Number);
  if (rotary === undefined) return row;
  const turned = [...row];
  for (let x = 0; x < rotary.dim / 2; x++) {
    const [p, q] = rotary.interleaved ? [2 * x, 2 * x + 1] : [x, x + rotary.dim / 2];
    const angle = position * rotary.base ** ((-2 * x) / rotary.dim);
    turned[p] = row[p] * Math.cos(angle) - row[q] * Math.sin(angle);
    turned[q] = row[p] * Math.sin(angle) + row[q] * Math.cos(angle);
  }
  return turned;
}

/** Whether the query at position p sees key j by position. */
function isInSight(p, j, { is_causal }, window) {
  return (
    (!is_causal || j <= p) &&
    j >= p - (window.left ?? Number.POSITIVE_INFINITY) &&
    j <= p + (window.right ?? Number.POSITIVE_INFINITY)
  );
}

/** Output, weights and lse of a case: ONNX's Attention, with windows, ALiBi, rotary and sinks as docs/http.md has them. */
export function answerOf({ attributes, inputs: { Q, K, V, attn_mask, sinks }, request = {} }) {
  const [batch, heads, queries, dim] = Q.shape;
  const [, keyHeads, keys] = K.shape;
  const columns = V.shape[3];
  const { softcap = 0, scale = 1 / Math.sqrt(dim) } = attributes;
  const { rotary, alibi_slopes: slopes, window = {}, query_offset: offset = 0 } = request;
  const [output, weights, lse] = [[], [], []];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const keyHead = Math.floor((h * keyHeads) / heads);
      for (let i = 0; i < queries; i++) {
        const position = i + offset;
        const query = rowOf(Q, [b, h, i], rotary, position);
        const scores = Array.from({ length: keys }, (_, j) => {
          const key = rowOf(K, [b, keyHead, j], rotary, j);
          let score = scale * query.reduce((sum, x, n) => sum + x * key[n], 0);
          if (softcap > 0) score = softcap * Math.tanh(score / softcap);
          if (slopes !== undefined) score -= slopes[h] * Math.abs(position - j);
          const entry = attn_mask === undefined ? 0 : elementAt(attn_mask, [b, h, i, j]);
          if (!isInSight(position, j, attributes, window) || entry === false) return Number.NEGATIVE_INFINITY;
          return entry === true ? score : score + Number(entry);
        });
        // A sink is one more logit, without a value.
        const sink = Number(sinks?.data[sinks.data.length === 1 ? 0 : h] ?? Number.NEGATIVE_INFINITY);
        const max = scores.reduce((a, s) => Math.max(a, s), sink);
        const powers = scores.map((s) => (s === Number.NEGATIVE_INFINITY ? 0 : Math.exp(s - max)));
        const ofSink = sink === Number.NEGATIVE_INFINITY ? 0 : Math.exp(sink - max);
        const sum = powers.reduce((total, power) => total + power, ofSink);
        const own = powers.map((power) => (sum === 0 ? 0 : power / sum));
        weights.push(...own);
        lse.push(sum === 0 ? Number.NEGATIVE_INFINITY : max + Math.log(sum));
        for (let x = 0; x < columns; x++) {
          output.push(own.reduce((total, w, j) => total + w * Number(elementAt(V, [b, keyHead, j, x])), 0));
        }
      }
    }
  }
  const tensor = (shape, data) => ({ shape, dtype: 'float32', data: data.map(rounded) });
  return {
    Y: tensor([batch, heads, queries, columns], output),
    qk_matmul_output: tensor([batch, heads, queries, keys], weights),
    lse: tensor([batch, heads, queries], lse),
  };
}

/** Normally distributed numbers that float32 holds exactly in ten digits, from a seed: mulberry32, then Box and Muller. */
function draw(seed, shape) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const count = shape.reduce((product, size) => product * size, 1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { shape, dtype: 'float32', data: Array.from({ length: count }, () => rounded(Math.fround(normal()))) };
}

const inFloat32 = (x) => (x === '-Infinity' ? x : rounded(Math.fround(x)));

/** A whole case from a recipe: sizes, a seed, attributes in ONNX's names, and fields to send as they are. */
function caseOf({ name, seed, query, key, value, mask, sinks, attributes = {}, request }) {
  const inputs = {
    Q: draw(seed, query),
    K: draw(seed + 1, key),
    V: draw(seed + 2, value),
    ...(mask && { attn_mask: mask }),
    ...(sinks && { sinks: { shape: [sinks.length], dtype: 'float32', data: sinks.map(inFloat32) } }),
  };
  const drawn = {
    name,
    family: 'edge',
    source: 'test/conformance/edge.mjs; float64',
    op: 'Attention',
    attributes: { is_causal: 0, qk_matmul_output_mode: 3, ...attributes },
    inputs,
    ...(request && { request }),
  };
  return { ...drawn, outputs: answerOf(drawn), tolerance: { abs: 4e-6, rel: 4e-6 } };
}

/** The first number of a case that is not what it should be, beyond the last of its ten digits. */
function firstFault({ outputs, ...rest }) {
  for (const [name, { shape, data }] of Object.entries(answerOf(rest))) {
    if (String(outputs[name].shape) !== String(shape)) return `${name} has shape [${outputs[name].shape}]`;
    for (let n = 0; n < data.length; n++) {
      const [got, want] = [Number(outputs[name].data[n]), Number(data[n])];
      if (got !== want && !(Math.abs(got - want) <= 1e-9 * (1 + Math.abs(want))))
        return `${name}[${n}] is ${got}, not ${want}`;
    }
  }
  return undefined;
}

const isWriting = process.argv.includes('--write');
for (const recipe of RECIPES) {
  const file = new URL(`${recipe.name}.json`, directory);
  if (isWriting && !existsSync(file)) writeFileSync(file, `${JSON.stringify(caseOf(recipe))}\n`);
}
const files = readdirSync(directory).filter((file) => file.startsWith('edge_'));
for (const file of files) {
  const url = new URL(file, directory);
  const testCase = JSON.parse(readFileSync(url, 'utf8'));
  const fault = firstFault(testCase);
  if (fault === undefined) continue;
  console.error(`${file}: ${fault}`);
  if (isWriting) writeFileSync(url, `${JSON.stringify({ ...testCase, outputs: answerOf(testCase) })}\n`);
  else process.exitCode = 1;
}
console.log(`${files.length} cases looked at`);
