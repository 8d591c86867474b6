import type { AttentionProblem } from './problem.ts';

/** The sizes of a problem; all else that is no tensor is an option. */
export type ProblemSizes = Pick<
  AttentionProblem,
  'batch' | 'numHeads' | 'numKeyHeads' | 'queryLength' | 'keyLength' | 'headDim' | 'valueDim'
>;

/** What a problem may ask for beside its sizes and tensors. */
export type ProblemOptions = Omit<AttentionProblem, keyof ProblemSizes | 'precision' | 'query' | 'key' | 'value'>;

/**
 * The options of a problem that asks for nothing: the usual scale, no biases, every key in sight. All problems spread this
 * and say only what they change, so that a new option is told here and nowhere else what "not asked for" means.
 */
export function plainOptions(sizes: ProblemSizes): ProblemOptions {
  return {
    scale: 1 / Math.sqrt(sizes.headDim),
    softcap: 0,
    masks: [],
    alibiSlopes: undefined,
    sinks: undefined,
    offsets: new Array<number>(sizes.batch).fill(0),
    ...everyKeyInSight(sizes),
  };
}

/** No key is hidden by its position or as padding. */
export function everyKeyInSight({
  batch,
  queryLength,
  keyLength,
}: ProblemSizes): Pick<ProblemOptions, 'causal' | 'window' | 'keyLengths' | 'queryLengths'> {
  return {
    causal: false,
    window: { left: Number.POSITIVE_INFINITY, right: Number.POSITIVE_INFINITY },
    keyLengths: new Array<number>(batch).fill(keyLength),
    queryLengths: new Array<number>(batch).fill(queryLength),
  };
}
