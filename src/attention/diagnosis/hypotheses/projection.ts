import type { Convention } from '../convention.ts';
import type { Dump } from '../dump.ts';
import { changing, type Hypothesis, type Variant, when } from './hypothesis.ts';

type Projections = Convention['projections'];

const ORDERS: readonly Projections['order'][] = [
  [1, 0, 2],
  [0, 2, 1],
  [2, 1, 0],
  [1, 2, 0],
  [2, 0, 1],
];
const TRANSPOSED: readonly Projections['transposed'][] = [
  [true, true, true],
  [true, false, false],
  [false, true, false],
  [false, false, true],
  [true, true, false],
];

function projecting(patch: Partial<Projections>): Variant {
  return changing(({ projections }) => ({ projections: { ...projections, ...patch } }));
}

/** Sizes of the weights of query, key and value, as "columns by depth". */
function weightSizes({ projections }: Dump): { columns: number; depth: number }[] {
  if (projections === undefined) return [];
  const named = ['query', 'key', 'value'].map((name) => projections.inputs.find((product) => product.name === name));
  return named.flatMap((product) => product ?? []);
}

const areAlike = (dump: Dump) => {
  const sizes = weightSizes(dump);
  return sizes.length === 3 && sizes.every((one) => one.columns === sizes[0].columns && one.depth === sizes[0].depth);
};
const areSquare = (dump: Dump) => {
  const sizes = weightSizes(dump);
  return sizes.length === 3 && sizes.every(({ columns, depth }) => columns === depth);
};
const hasInputBias = ({ projections }: Dump) => projections?.inputs.some(({ bias }) => bias !== undefined) === true;
const hasOutputBias = ({ projections }: Dump) => projections?.output.bias !== undefined;

function biasTimes(times: number) {
  return (dump: Dump): readonly Variant[] => [
    ...when(hasInputBias(dump), projecting({ inputBias: times })),
    ...when(hasOutputBias(dump), projecting({ outputBias: times })),
    ...when(hasInputBias(dump) && hasOutputBias(dump), projecting({ inputBias: times, outputBias: times })),
  ];
}

/** The matrix products of a multi-head attention. */
export const projectionHypotheses: readonly Hypothesis[] = [
  {
    name: 'projection_order',
    sentence: 'takes the stacked weights in_proj_weight apart in another order than query, key, value',
    advice: 'The rows of in_proj_weight are those of query, then key, then value.',
    variants: (dump) => when(areAlike(dump), ...ORDERS.map((order) => projecting({ order }))),
  },
  {
    name: 'projection_transposed',
    sentence: 'multiplies by the projection weights as x·W and not as x·Wᵀ',
    advice: 'Weights are [out, in] as in torch.nn.Linear: x·Wᵀ. Checkpoints of GPT-2 (Conv1D) have them transposed.',
    variants: (dump) => when(areSquare(dump), ...TRANSPOSED.map((transposed) => projecting({ transposed }))),
  },
  {
    name: 'projection_bias_missing',
    sentence: 'leaves out the bias of the projections',
    advice: 'Add in_proj_bias and out_proj_bias.',
    variants: biasTimes(0),
  },
  {
    name: 'projection_bias_twice',
    sentence: 'adds the bias of the projections twice',
    advice: 'Add each bias once.',
    variants: biasTimes(2),
  },
  {
    name: 'output_projection_missing',
    sentence: 'leaves out the output projection',
    advice: 'Multiply the joined heads by out_proj_weightᵀ and add out_proj_bias.',
    variants: (dump) => when(dump.projections !== undefined, projecting({ output: 'missing' })),
  },
  {
    name: 'output_projection_transposed',
    sentence: 'multiplies by the output weights as x·W and not as x·Wᵀ',
    advice: 'out_proj_weight is [out, in] as in torch.nn.Linear: x·Wᵀ.',
    variants: (dump) => when(dump.projections !== undefined, projecting({ output: 'transposed' })),
  },
];
