import type { HeadsView } from '../../tensor/tensor.ts';
import type { Convention } from './convention.ts';
import type { Dump } from './dump.ts';

/** The same numbers where heads are taken for positions, and positions for heads. */
export function swappedDump(dump: Dump): Dump {
  const { problem } = dump;
  const { batch, numHeads, queryLength } = problem;
  return {
    ...dump,
    problem: {
      ...problem,
      ...{ numHeads: queryLength, numKeyHeads: queryLength, queryLength: numHeads, keyLength: numHeads },
      query: swappedView(problem.query),
      key: swappedView(problem.key),
      value: swappedView(problem.value),
      masks: [],
      alibiSlopes: undefined,
      sinks: undefined,
      offsets: problem.offsets.map(() => 0),
      keyLengths: new Array<number>(batch).fill(numHeads),
      queryLengths: new Array<number>(batch).fill(numHeads),
    },
    paddingMasks: 0,
    turn: undefined,
  };
}

function swappedView({ data, batchStride, headStride, rowStride }: HeadsView): HeadsView {
  return { data, batchStride, headStride: rowStride, rowStride: headStride };
}

/** The convention for that. */
export function swappedConvention(convention: Convention, { problem }: Dump): Convention {
  return {
    ...convention,
    swapsAxes: false,
    slopes: undefined,
    turns: { query: undefined, key: undefined },
    offsets: problem.offsets,
    corner: undefined,
  };
}
