// Tiny requests: answered on the calling thread, or by a hop through the pool. Where the hop is the cheaper of both, and how
// long the event loop stands still at the longest.
import { isTiny } from '../../dist/attention/cost.js';
import { writingMs } from '../../dist/requests/answer.js';
import { RequestRunner } from '../../dist/requests/request-runner.js';
import { jsonBody } from '../bodies.mjs';
import { median, printTable, quantile } from '../figures.mjs';
import { progress } from '../progress.mjs';
import { constantOf } from './constants.mjs';
import { bytesText, microseconds } from './decision.mjs';
import { attentionRequest, config, createOpener, kernelChoices, limits } from './opening.mjs';
import { never, withPool } from './threads.mjs';
import { costs } from './turns.mjs';

const SIZES = [
  [8, 4],
  [16, 16],
  [32, 32],
  [64, 64],
];
/** Calls of each hard body: enough for a 99th percentile. */
const CALLS = 200;
const WARM_UP = 50;
/** The pool and its threads have more to compile than a bare hop. */
const WARM_UP_MS = 1000;

const bodyOf = (object) => Buffer.from(JSON.stringify(object));
const flat = (...shape) => ({ shape, data: Array(shape.reduce((count, size) => count * size)).fill(0) });
const rows = (length, dim, options) => ({
  query: flat(length, dim),
  key: flat(length, dim),
  value: flat(length, dim),
  ...options,
});
const heads = (count, options) => ({
  query: flat(count, 1, 1),
  key: flat(1, 1, 1),
  value: flat(1, 1, 1),
  ...options,
});
const everything = { outputs: ['weights', 'scores', 'masked_scores', 'lse', 'stats'] };

/** Bodies that ask for as much as they can, each in a way of its own, by a number that grows. */
const HARD = {
  'many rows of one number': (count) => rows(count, 1),
  'many rows, softcap': (count) => rows(count, 1, { softcap: 5 }),
  'many rows, weights': (count) => rows(count, 1, { need_weights: true }),
  'many rows, all outputs': (count) => rows(count, 1, everything),
  'many rows, statistics': (count) => rows(count, 1, { outputs: ['stats'] }),
  'many heads': (count) => heads(count),
  'many heads, all outputs': (count) => heads(count, everything),
  'float64, all outputs': (count) => rows(count, 1, { ...everything, precision: 'float64' }),
  'wide rows': (count) => rows(4, count),
  'numbers of many digits': (count) => ({ ...rows(1, 1), value: [Array(count).fill(Math.PI / 1e7)] }),
  'fields that there are not': (count) => ({
    ...rows(1, 1),
    ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 1])),
  }),
  'slopes that are none': (count) => ({ ...rows(1, 1), alibi_slopes: Array(count).fill([]) }),
};
/** Each number through the one before. */
const STEP = 1.4;

/** The bodies of one kind that may be answered here. */
function* bodiesOf(hard) {
  for (let count = 2; ; count = Math.ceil(STEP * count)) {
    const body = bodyOf(hard(count));
    if (body.byteLength > config.tinyBodyBytes) return;
    yield body;
  }
}

export async function tiny(settings) {
  const found = [];
  for (const choice of kernelChoices()) {
    const opener = createOpener(choice);
    const sizes = await withPool({ workers: 1, kernel: choice }, async (pool) => {
      const list = [];
      for (const size of SIZES) list.push(await beside(pool, opener, size, settings));
      return list;
    });
    found.push({ kernel: opener.kernel.name, sizes, longest: longestInline(opener.kernel) });
  }
  print(found);
  return { figures: found, decisions: found.length > 0 ? decide(found) : [] };
}

async function beside(pool, opener, [length, dim], settings) {
  const name = `${length}×${dim}`;
  progress(`tiny: ${name}, ${opener.kernel.name}`);
  const request = attentionRequest(jsonBody(length, dim));
  const here = { run: () => opener.answer(request) };
  const there = { run: () => pool.run(request, never) };
  const found = await costs([here, there], { ...settings, warmUpMs: WARM_UP_MS });
  const { stages, answer } = opener.open(request);
  return {
    name,
    bytes: request.body.byteLength,
    isTiny:
      isTiny(stages, opener.kernel.shardCost, writingMs(answer)) && request.body.byteLength <= config.tinyBodyBytes,
    here: found.get(here),
    there: found.get(there),
  };
}

/** The longest call of answerTiny that a body can bring about: medians, so that no other work on the machine counts. */
function longestInline(kernel) {
  const runner = new RequestRunner({ kernel, limits });
  const tried = [];
  for (const [name, hard] of Object.entries(HARD)) {
    progress(`tiny: ${name}, ${kernel.name}`);
    for (const body of bodiesOf(hard)) {
      tried.push({ name, bytes: body.byteLength, ...timed(runner, attentionRequest(body)) });
    }
  }
  return tried.toSorted((a, b) => b.median - a.median);
}

function timed(runner, request) {
  const times = [];
  let became;
  for (let call = -WARM_UP; call < CALLS; call++) {
    const start = performance.now();
    became = outcome(runner, request);
    if (call >= 0) times.push(performance.now() - start);
  }
  return { became, median: median(times), p99: quantile(times, 0.99) };
}

function outcome(runner, request) {
  try {
    return runner.answerTiny(request) === undefined ? 'left to the pool' : 'answered';
  } catch (error) {
    return error.code;
  }
}

const cost = ({ wall, cpu }) => `${microseconds(wall)} / ${microseconds(cpu)}`;
/** What the hop adds to the request, by processor time: other work on the machine does not count. */
const hopOf = ({ here, there }) => there.cpu - here.cpu;

function print(found) {
  for (const { kernel, sizes, longest } of found) {
    console.log(`\nOn the calling thread or through the pool, ${kernel}: µs on the clock / of processor time\n`);
    printTable(
      ['JSON', 'body', 'is tiny', 'here', 'through the pool', 'the hop alone', 'of it on the calling thread'],
      sizes.map((one) => [
        one.name,
        bytesText(one.bytes),
        one.isTiny ? 'yes' : 'no',
        cost(one.here),
        cost(one.there),
        microseconds(hopOf(one)),
        microseconds(one.there.asking),
      ]),
    );
    console.log(`\nThe longest calls of answerTiny, ${kernel}, bodies up to ${bytesText(config.tinyBodyBytes)}\n`);
    printTable(
      ['', 'body', 'became', 'median µs', 'p99 µs'],
      longest
        .slice(0, 8)
        .map((one) => [one.name, bytesText(one.bytes), one.became, microseconds(one.median), microseconds(one.p99)]),
    );
  }
}

function decide(found) {
  const sizes = found
    .map(({ kernel, sizes: list }) => {
      const each = list.map((one) => `${one.name} ${microseconds(one.here.cpu)} beside ${microseconds(hopOf(one))}`);
      return `${kernel}: ${each.join(', ')}`;
    })
    .join('; ');
  const worst = found.map(({ kernel, longest: [first] }) => {
    return `${kernel} ${microseconds(first.median)} µs (p99 ${microseconds(first.p99)}; ${first.name})`;
  });
  const budget = constantOf('attention/cost', 'TINY_MS');
  return [
    {
      decision: 'a request is answered on the HTTP thread',
      measured: `processor µs of the whole request there beside those of the hop alone, JSON: ${sizes}`,
      constant: `bodies up to ${bytesText(config.tinyBodyBytes)}, \`TINY_BODY_BYTES\` in src/config.ts, and plans up to ${1000 * budget} µs, \`TINY_MS\` in src/attention/cost.ts`,
      chosen:
        'only where the whole request costs less than the hop: reading is bounded by the bytes, the rest by the plan',
    },
    {
      decision: 'how long the event loop may stand still for such a request',
      measured: `the longest call that a hard body of ${bytesText(config.tinyBodyBytes)} reached: ${worst.join('; ')}`,
      constant: 'the same two',
      chosen:
        'under 1 ms. Plans count what a chain, a statistic and a written number cost beside their multiply-adds, as many heads or outputs ask for far more than their bytes tell',
    },
  ];
}
