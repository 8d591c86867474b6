/** Wrong about nn.MultiheadAttention: projection_*, output_projection_*; and names of /attention that people meet there, too. */
import type { MultiHeadMisunderstanding } from '../misunderstanding.ts';

/** Other orders than query, key, value of the three stacked projections. */
const ORDERS = [
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

const projections: MultiHeadMisunderstanding[] = [
  {
    name: 'projection_order',
    wish: () => ({}),
    habits: (random) => ({ projectionOrder: random.pick(ORDERS) }),
  },
  { name: 'projection_transposed', wish: () => ({}), habits: () => ({ projectionTransposed: true }) },
  { name: 'projection_bias_missing', wish: () => ({ hasBias: true }), habits: () => ({ projectionBias: 0 }) },
  { name: 'projection_bias_twice', wish: () => ({ hasBias: true }), habits: () => ({ projectionBias: 2 }) },
  { name: 'output_projection_missing', wish: () => ({}), habits: () => ({ outputProjection: 'missing' }) },
  { name: 'output_projection_transposed', wish: () => ({}), habits: () => ({ outputProjection: 'transposed' }) },
];

const shared: MultiHeadMisunderstanding[] = [
  { name: 'scale_missing', wish: () => ({}), habits: () => ({ scale: 'missing' }) },
  { name: 'scale_without_root', wish: () => ({}), habits: () => ({ scale: 'without_root' }) },
  { name: 'causal_missing', wish: () => ({ isCausal: true }), habits: () => ({ causal: 'missing' }) },
  { name: 'causal_added', wish: () => ({ isCausal: false }), habits: () => ({ causal: 'added' }) },
  { name: 'mask_missing', wish: () => ({ hasMask: true }), habits: () => ({ mask: 'missing' }) },
  { name: 'mask_inverted', wish: () => ({ hasMask: true, hasPadding: false }), habits: () => ({ mask: 'inverted' }) },
  { name: 'padding_missing', wish: () => ({ hasPadding: true }), habits: () => ({ padding: 'missing' }) },
  {
    name: 'padding_inverted',
    wish: () => ({ hasPadding: true, hasMask: false, isCausal: false }),
    habits: () => ({ padding: 'inverted' }),
  },
  {
    name: 'heads_merged_untransposed',
    wish: () => ({}),
    habits: () => ({ outputLayout: 'heads_first_as_heads_last' }),
  },
  { name: 'heads_averaged', wish: () => ({}), habits: () => ({ headsAveraged: 'weights' }) },
];

export const multiHeadNames = [...projections, ...shared];
