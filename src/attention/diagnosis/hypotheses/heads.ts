import type { Convention, Layout } from '../convention.ts';
import type { Dump } from '../dump.ts';
import { changing, type Hypothesis, setting, type Variant, when } from './hypothesis.ts';

type Layouts = Convention['layouts'];
const WAYS: readonly Layout[] = ['read_as_rows', 'left_as_rows'];

function laying(patch: Partial<Layouts>): Variant {
  return changing(({ layouts }) => ({ layouts: { ...layouts, ...patch } }));
}

function isGrid({ problem }: Dump, name: keyof Layouts): boolean {
  const { numHeads, numKeyHeads, queryLength, keyLength } = problem;
  const isOfQueries = name === 'query' || name === 'output';
  const [heads, length] = isOfQueries ? [numHeads, queryLength] : [numKeyHeads, keyLength];
  return heads > 1 && length > 1;
}

function layout(name: keyof Layouts): Hypothesis {
  const what = name === 'output' ? 'leaves the output' : `takes the ${name}`;
  const as =
    name === 'output' ? 'as [B, L, H, D] where [B, H, L, D] is read' : 'as [B, L, H, D] where it is [B, H, L, D]';
  return {
    name: `heads_layout_${name}`,
    sentence: `${what} ${as}, or the other way around`,
    advice: 'Transpose the axes of heads and positions: a reshape alone mixes them.',
    variants: (dump) => when(isGrid(dump, name), ...WAYS.map((way) => laying({ [name]: way }))),
  };
}

/** Each position can attend over the heads only where there are as many of both everywhere. */
function canSwap({ problem, pastLength }: Dump): boolean {
  const { numHeads, numKeyHeads, queryLength, keyLength } = problem;
  return numHeads === numKeyHeads && queryLength === keyLength && numHeads > 1 && pastLength === 0;
}

/** All inputs alike; the output as it should be, or laid out as they are, or turned back. */
function layoutOfAll(): Hypothesis {
  const outputs: readonly Layout[] = ['right', ...WAYS];
  return {
    name: 'heads_layout_all',
    sentence:
      'reads the memory of query, key and value as [B, L, H, D] where it is [B, H, L, D], or the other way around',
    advice:
      'Transpose before the kernel (FlashAttention takes [B, L, H, D], scaled_dot_product_attention [B, H, L, D]).',
    variants: (dump) => [
      ...when(
        isGrid(dump, 'query') || isGrid(dump, 'key'),
        ...WAYS.flatMap((way) => outputs.map((output) => laying({ query: way, key: way, value: way, output }))),
      ),
      ...when(canSwap(dump), setting({ swapsAxes: true })),
    ],
  };
}

/** How heads lie in memory, and which key head belongs to which query head. */
export const headsHypotheses: readonly Hypothesis[] = [
  ...(['query', 'key', 'value', 'output'] as const).map(layout),
  layoutOfAll(),
  {
    name: 'heads_tiled',
    sentence: 'lets query head h read key head h mod num_kv_heads',
    advice: 'Query head h reads key head ⌊h·num_kv_heads/num_heads⌋: repeat_interleave, not repeat.',
    variants: ({ problem: { numHeads, numKeyHeads } }) =>
      when(numKeyHeads > 1 && numKeyHeads < numHeads, setting({ keyHeads: 'tiled' })),
  },
  {
    name: 'heads_reversed',
    sentence: 'has the heads in reverse order',
    advice: 'Keep the order of heads in query, key, value and output.',
    variants: ({ problem: { numHeads } }) =>
      when(
        numHeads > 1,
        setting({ headOrder: 'reversed' }),
        setting({ keyHeads: 'reversed' }),
        setting({ headOrder: 'reversed', keyHeads: 'reversed' }),
      ),
  },
  {
    name: 'heads_merged_untransposed',
    sentence: 'joins the heads by reshaping [B, H, L, D] to [B, L, H·D] without transposing first',
    advice: 'Transpose to [B, L, H, D], then reshape.',
    variants: (dump) => when(isGrid(dump, 'output'), ...WAYS.map((way) => laying({ output: way }))),
  },
  {
    name: 'heads_averaged',
    sentence: 'averages over the heads',
    advice: 'Each head has its own output; only weights are averaged where that is asked for.',
    variants: ({ problem: { numHeads, numKeyHeads } }) => [
      ...when(numHeads > 1, setting({ averaged: 'output' }), setting({ averaged: 'weights' })),
      ...when(numKeyHeads > 1, setting({ averaged: 'keys_and_values' })),
    ],
  },
];

/** Which matrix is which, and along which axis the softmax goes. */
export const rolesHypotheses: readonly Hypothesis[] = [
  {
    name: 'roles_key_value',
    sentence: 'exchanges key and value',
    advice: 'scores = query·keyᵀ, output = weights·value.',
    variants: ({ problem: { headDim, valueDim } }) => when(headDim === valueDim, setting({ roles: 'key_value' })),
  },
  {
    name: 'roles_query_key',
    sentence: 'exchanges query and key: the scores are transposed',
    advice: 'Rows of the scores are queries: scores[i, j] = query[i]·key[j].',
    variants: ({ problem: { numHeads, numKeyHeads, queryLength, keyLength } }) =>
      when(numHeads === numKeyHeads && queryLength === keyLength, setting({ roles: 'query_key' })),
  },
  {
    name: 'softmax_over_queries',
    sentence: 'takes the softmax along the queries, the wrong axis',
    advice: 'The softmax goes over the keys, the last axis of the scores: dim=-1.',
    variants: () => [setting({ softmaxOver: 'queries' })],
  },
];
