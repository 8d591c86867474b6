import type { InputView } from '../tensor/tensor.ts';
import type { AttentionProblem } from './problem.ts';

/** The sizes of a problem. */
export type ProblemSizes = Pick<
  AttentionProblem,
  'batch' | 'numHeads' | 'numKeyHeads' | 'queryLength' | 'keyLength' | 'headDim' | 'valueDim'
>;

/** What a problem is computed from. */
interface Inputs<View> {
  precision: AttentionProblem['precision'];
  query: View;
  key: View;
  value: View;
}

/**
 * A problem that asks for nothing: the usual scale, no biases, every key in sight. All problems spread this and say only what
 * they change, so that a new option is told here and nowhere else what "not asked for" means. Every field is here: V8 takes
 * 28 µs to add one to what was spread, and half of one to set it anew.
 */
export function problemOf<View extends InputView>(
  sizes: ProblemSizes,
  { precision, query, key, value }: Inputs<View>,
): Omit<AttentionProblem, keyof Inputs<View>> & Inputs<View> {
  const { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim } = sizes;
  const { causal, window, keyLengths, queryLengths } = everyKeyInSight(sizes);
  return {
    precision,
    batch,
    numHeads,
    numKeyHeads,
    queryLength,
    keyLength,
    headDim,
    valueDim,
    query,
    key,
    value,
    scale: 1 / Math.sqrt(headDim),
    softcap: 0,
    masks: [],
    alibiSlopes: undefined,
    sinks: undefined,
    causal,
    window,
    offsets: new Array<number>(batch).fill(0),
    keyLengths,
    queryLengths,
  };
}

/** No key is hidden by its position or as padding. */
export function everyKeyInSight({
  batch,
  queryLength,
  keyLength,
}: ProblemSizes): Pick<AttentionProblem, 'causal' | 'window' | 'keyLengths' | 'queryLengths'> {
  return {
    causal: false,
    window: { left: Number.POSITIVE_INFINITY, right: Number.POSITIVE_INFINITY },
    keyLengths: new Array<number>(batch).fill(keyLength),
    queryLengths: new Array<number>(batch).fill(queryLength),
  };
}
