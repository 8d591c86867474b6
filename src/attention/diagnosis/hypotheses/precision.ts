import type { Rounding } from '../rounding.ts';
import { changing, type Hypothesis, type Variant, when } from './hypothesis.ts';

type Half = 'float16' | 'bfloat16';

function keeping(rounding: Rounding): Variant {
  return changing((convention) => ({ rounding: { ...convention.rounding, ...rounding } }));
}

function scoresIn(half: Half): Hypothesis {
  return {
    name: `scores_${half}`,
    sentence: `keeps the scores in ${half}`,
    advice: 'Keep the scores in float32 until the softmax is done.',
    variants: () => [
      keeping({ scores: half }),
      keeping({ products: half }),
      keeping({ maskedScores: half }),
      keeping({ products: half, scores: half }),
      keeping({ scores: half, maskedScores: half }),
    ],
  };
}

function weightsIn(half: Half): Hypothesis {
  return {
    name: `weights_${half}`,
    sentence: `rounds the weights to ${half} before they are multiplied by the values`,
    advice: 'Multiply in float32, or accept what is lost.',
    variants: () => [
      keeping({ weights: half }),
      keeping({ exponentials: half, dividesLast: true }),
      keeping({ exponentials: half }),
      keeping({ exponentials: half, weights: half }),
    ],
  };
}

function accumulatorIn(half: Half): Hypothesis {
  return {
    name: `accumulator_${half}`,
    sentence: `sums in ${half}`,
    advice: 'Accumulate in float32, also where the inputs are halves.',
    variants: ({ problem }) => [
      keeping({ outputSums: half }),
      keeping({ outputSums: half, dividesLast: true }),
      keeping({ outputSums: half, dividesLast: true, roundsQuotient: true }),
      ...when(problem.sinks !== undefined, keeping({ outputSums: half, dividesLast: true, ofKeys: true })),
      keeping({ productSums: half }),
      keeping({ productSums: half, outputSums: half }),
      keeping({ productSums: half, outputSums: half, dividesLast: true }),
      keeping({ productSums: half, outputSums: half, dividesLast: true, roundsQuotient: true }),
    ],
  };
}

/** Where numbers are kept in a format that is smaller than it should be. */
export const precisionHypotheses: readonly Hypothesis[] = [scoresIn, weightsIn, accumulatorIn].flatMap((make) => [
  make('float16'),
  make('bfloat16'),
]);

export const PRECISION_NAMES: ReadonlySet<string> = new Set(precisionHypotheses.map(({ name }) => name));
