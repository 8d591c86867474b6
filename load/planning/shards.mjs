// How large a shard should be: what a kernel reaches when the planner cuts finer or coarser than it does, and how long one
// shard takes, which nothing can interrupt.
import { attentionGrid, SHARD_COST } from '../../dist/attention/plan.js';
import { median, printTable } from '../figures.mjs';
import { normalNumbers } from '../numbers.mjs';
import { attention, availableKernels } from '../ours.mjs';
import { progress } from '../progress.mjs';
import { costs } from './turns.mjs';

const SHAPES = [
  [8, 512],
  [1, 4096],
  [8, 2048],
];
const DIM = 64;
/** Through the kernel's own shard. */
const FACTORS = [0.25, 0.5, 1, 2, 4];
/** Rows of a chain through the planner's, at its own shard: how often a tile of keys is packed. */
const ROW_FACTORS = [0.25, 0.5, 2];

export async function shards(settings) {
  const found = [];
  for (const kernel of availableKernels().filter(({ name }) => name !== 'reference')) {
    for (const [heads, length] of SHAPES) {
      progress(`shards: ${heads}×${length}×${DIM}, ${kernel.name}`);
      found.push(await measured(kernel, { heads, length }, settings));
    }
  }
  print(found);
  return { figures: found, decisions: found.length > 0 ? decide(found) : [] };
}

/** A kernel that notes how long each of its blocks takes. */
function watched(kernel, times) {
  return {
    ...kernel,
    attend(...task) {
      const start = performance.now();
      kernel.attend(...task);
      times.push(performance.now() - start);
    },
  };
}

function byShard(factor) {
  return (problem, shardCost) => attentionGrid(problem, factor * shardCost);
}

/** Other rows, and as many more or fewer keys as keep the cost of a shard. */
function byRows(factor) {
  return (problem, shardCost) => {
    const grid = attentionGrid(problem, shardCost);
    const rows = Math.min(problem.queryLength, Math.round(factor * grid.rows));
    const keys = Math.max(256, Math.round((grid.keys * grid.rows) / rows / 256) * 256);
    return { ...grid, rows, keys: Math.min(keys, Math.ceil(problem.keyLength / 256) * 256) };
  };
}

async function measured(kernel, { heads, length }, { rounds }) {
  const qkv = { q: 1, k: 2, v: 3 };
  for (const [name, seed] of Object.entries(qkv)) qkv[name] = normalNumbers(seed, heads * length * DIM);
  const shape = { heads, queries: length, keys: length, dim: DIM, causal: false };
  const cuts = [
    ...FACTORS.map((factor) => ({ what: 'shard', factor, cut: byShard(factor) })),
    ...ROW_FACTORS.map((factor) => ({ what: 'rows', factor, cut: byRows(factor) })),
  ];
  const contenders = cuts.map((one) => {
    const { run, grid } = attention(kernel, shape, qkv, one.cut);
    return { ...one, run, grid };
  });
  const found = await costs(contenders, { rounds, warmUpMs: 40 });
  const flops = 4 * heads * length * length * DIM;
  return {
    kernel: kernel.name,
    shape: `${heads}×${length}×${DIM}`,
    cuts: contenders.map((one) => {
      const times = [];
      attention(watched(kernel, times), shape, qkv, one.cut).run();
      const { what, factor, grid } = one;
      return { what, factor, grid, gflops: flops / found.get(one).cpu / 1e6, shardMs: median(times) };
    }),
  };
}

const cell = ({ gflops, shardMs }) => `${gflops.toFixed(1)} / ${shardMs.toFixed(2)}`;

function print(found) {
  console.log('\nGFLOP/s (by processor time) / ms of a shard, by the size of a shard and by the rows of a chain\n');
  const [{ cuts }] = found;
  printTable(
    ['', ...cuts.map(({ what, factor }) => `${what} ×${factor}`)],
    found.map((one) => [`${one.kernel} ${one.shape}`, ...one.cuts.map(cell)]),
  );
}

function decide(found) {
  const kernels = [...new Set(found.map(({ kernel }) => kernel))];
  const line = (what, factors) => (name) => {
    const cuts = found.filter(({ kernel }) => kernel === name).map(({ cuts: list }) => list);
    const own = cuts.map((list) => list.find((cut) => cut.what === 'shard' && cut.factor === 1));
    const each = factors.map((factor) => {
      const of = cuts.map((list) => list.find((cut) => cut.what === what && cut.factor === factor));
      const relative = of.map(({ gflops }, i) => gflops / own[i].gflops);
      return `×${factor}: ${relative.map((x) => x.toFixed(2)).join(', ')} (${median(of.map(({ shardMs }) => shardMs)).toFixed(2)} ms)`;
    });
    return `${name} ${each.join('; ')}`;
  };
  const shapes = SHAPES.map(([heads, length]) => `${heads}×${length}×${DIM}`).join(', ');
  return [
    {
      decision: 'how much a shard computes',
      measured: `speed through that at the constant, for ${shapes}, and the ms of a shard: ${kernels.map(line('shard', FACTORS)).join('. ')}`,
      constant: `\`shardCost\` of each kernel: 64 M multiply-adds for AVX-512 (src/kernels/native/native.ts), ${SHARD_COST.float32 / 1e6} M for WebAssembly (\`SHARD_COST\` in src/attention/plan.ts); to the nearest 256 keys`,
      chosen:
        'the largest that a thread is through with in about a millisecond: it looks only between shards whether somebody else waits',
    },
    {
      decision: 'rows of a chain',
      measured: `speed through that at the constant, the same shapes: ${kernels.map(line('rows', ROW_FACTORS)).join('. ')}`,
      constant: '192, `CHAIN_ROWS` in src/attention/plan.ts',
      chosen: 'few enough that a head of 512 rows is shared by threads, and enough that packing keys does not count',
    },
  ];
}
