import { changing, type Hypothesis, setting, when } from './hypothesis.ts';

/** The factor of query·key, and the base of the softmax. */
export const scaleHypotheses: readonly Hypothesis[] = [
  {
    name: 'scale_missing',
    sentence: 'does not scale the scores: query·key goes into the softmax as it is',
    advice: 'Multiply query·key by the scale, 1/√head_dim by default.',
    variants: () => [setting({ scale: 1 }, { scale: 1 })],
  },
  {
    name: 'scale_of_value_dim',
    sentence: 'scales by 1/√(dimension of the value), not of query and key',
    advice: 'The scale is 1/√head_dim, where head_dim is that of query and key.',
    variants: ({ problem: { valueDim, headDim } }) => {
      const scale = 1 / Math.sqrt(valueDim);
      return when(valueDim !== headDim, setting({ scale }, { scale }));
    },
  },
  {
    name: 'scale_without_root',
    sentence: 'scales by 1/head_dim, without the square root',
    advice: 'The scale is 1/√head_dim.',
    variants: ({ problem: { headDim } }) => [setting({ scale: 1 / headDim }, { scale: 1 / headDim })],
  },
  {
    name: 'scale_twice',
    sentence: 'applies the scale twice, for instance to the query before the product and to the scores after it',
    advice: 'Scale once: either the query or the scores.',
    variants: ({ problem: { scale } }) => [
      changing((convention) => ({ scale: convention.scale ** 2 }), { scale: scale ** 2 }),
    ],
  },
  {
    name: 'scale_base_two',
    sentence: 'computes 2^x in place of e^x without the factor 1/ln 2 in the scale',
    advice: 'Multiply the scale by log2(e) = 1.4427 where exp2 stands for exp.',
    variants: ({ problem }) => {
      const isPlain = problem.softcap === 0 && problem.alibiSlopes === undefined && problem.masks.length === 0;
      return [setting({ exponent: 'two' }, isPlain ? { scale: problem.scale * Math.LN2 } : undefined)];
    },
  },
];
