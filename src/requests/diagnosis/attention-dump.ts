import type { AskedTurn } from '../../attention/diagnosis/dump.ts';
import { attentionGrid, attentionStages } from '../../attention/plan.ts';
import { type AttentionProblem, type FloatProblem, floatProblem } from '../../attention/problem.ts';
import { allocateResult, NOTHING_MORE } from '../../attention/result.ts';
import type { PositionList } from '../../attention/rotary.ts';
import type { AttentionOptions } from '../../codec/attention-options.ts';
import {
  type DiagnoseAttentionOptions,
  diagnoseAttentionOptions,
  diagnoseTensorFields,
} from '../../codec/diagnose-options.ts';
import { innerNames } from '../../codec/inner-names.ts';
import { readOptions } from '../../codec/read-options.ts';
import { RequestError } from '../../errors.ts';
import { allocateFloats, type Memory } from '../../tensor/memory.ts';
import { type FloatTensor, headsOf, floatTensor as tensorOf } from '../../tensor/tensor.ts';
import { type AttentionReading, readProblem } from '../problems/attention-problem.ts';
import { floatTensor, type NamedTensors } from '../problems/named-tensors.ts';
import { inRank, sizesOf } from '../problems/sizes.ts';
import { givenOutput, givenTensor } from './given.ts';
import type { OpenDump } from './opened-dump.ts';

/** A scaled dot-product attention, and what was given for it. @throws RequestError */
export const attentionDump: OpenDump = (body, tensors, { isJson, context }) => {
  const { memory } = context;
  const options = innerNames(readOptions(diagnoseAttentionOptions, body.options, diagnoseTensorFields));
  const { precision, nonFinite } = body;
  const reading = { precision, memory, isJson, maxElements: context.maxElements, nonFinite };
  const asked = { ...options, outputs: [] };
  // What is turned is turned in place.
  const own = options.rotary === undefined ? tensors : withCopies(tensors, ['query', 'key'], memory);
  const { problem, rank } = readProblem(tensors, asked, reading);
  const plain = plainProblem(own, asked, reading, problem);
  const { batch, numHeads, queryLength, keyLength, valueDim } = problem;
  const shape = [batch, numHeads, queryLength, valueDim] as const;
  const pairs = [batch, numHeads, queryLength, keyLength];
  const given = {
    output: givenOutput(tensors, { shape, own: inRank(rank, shape) }, memory),
    weights: givenTensor('expected_weights', tensors, [pairs]),
    lse: givenTensor('expected_lse', tensors, [pairs.slice(0, 3)]),
    scores: givenTensor('expected_scores', tensors, [pairs]),
  };
  const right = headsOf(allocateFloats(memory, problem.precision, batch * numHeads * queryLength * valueDim), shape);
  const grid = attentionGrid(problem, context.kernel.shardCost);
  const result = allocateResult(problem, NOTHING_MORE, { output: right, splits: grid.splits, memory });
  const pastLength = tensors.has('past_key') ? sizesOf(floatTensor(tensors, 'past_key'))[2] : 0;
  const dump = {
    problem: plain,
    pastLength,
    turn: askedTurn(options, {
      batch,
      queryLength,
      newKeys: keyLength - pastLength,
      pastLength,
      offsets: plain.offsets,
    }),
    projections: undefined,
    paddingMasks: 0,
    given,
    right,
  };
  return {
    dump,
    stages: attentionStages(problem, result, NOTHING_MORE, grid),
    options,
    outputShape: inRank(rank, shape),
  };
};

/** The problem as it came: not turned, and with what is hidden as padding, which wrong code may look at. */
function plainProblem(
  tensors: NamedTensors,
  options: AttentionOptions,
  reading: AttentionReading,
  { keyLengths, queryLengths, offsets, masks }: AttentionProblem,
): FloatProblem {
  const { nonFinite, ...all } = reading;
  const plain = { ...options, rotary: undefined };
  const lengths = { keyLengths, queryLengths, offsets };
  try {
    const whole = { ...plain, keyLengths: undefined, queryLengths: undefined };
    return { ...floatProblem(readProblem(tensors, whole, all).problem), ...lengths };
  } catch (error) {
    // What nobody reads need not be a mask.
    if (!(error instanceof RequestError)) throw error;
    return { ...floatProblem(readProblem(tensors, plain, reading).problem), ...lengths, masks };
  }
}

function withCopies(tensors: NamedTensors, names: readonly string[], memory: Memory): NamedTensors {
  const all = new Map(tensors);
  for (const name of names) if (tensors.has(name)) all.set(name, copyOf(floatTensor(tensors, name), memory));
  return all;
}

function copyOf(tensor: FloatTensor, memory: Memory): FloatTensor {
  const data = allocateFloats(memory, tensor.dtype, tensor.data.length);
  data.set(tensor.data);
  return tensorOf(tensor.shape, data);
}

interface Lengths {
  batch: number;
  queryLength: number;
  newKeys: number;
  pastLength: number;
  offsets: readonly number[];
}

/** The turn of a request with the position of each row. */
function askedTurn({ rotary }: DiagnoseAttentionOptions, lengths: Lengths): AskedTurn | undefined {
  if (rotary === undefined) return undefined;
  const { base, dim, interleaved, positions } = rotary;
  const { batch, queryLength, newKeys, pastLength, offsets } = lengths;
  const [ofQuery, ofKey] =
    positions == null || !('query' in positions) ? [positions, positions] : [positions.query, positions.key];
  const queryPositions = offsets.map((offset, entry) => listOf(ofQuery, entry) ?? counted(queryLength, offset));
  const keyPositions = Array.from(
    { length: batch },
    (_, entry) => listOf(ofKey, entry) ?? counted(newKeys, pastLength),
  );
  return { base, dim, interleaved: interleaved ?? false, queryPositions, keyPositions };
}

function listOf(positions: PositionList | null | undefined, entry: number): readonly number[] | undefined {
  if (positions == null) return undefined;
  const first = positions[0];
  if (typeof first === 'number' || first === undefined) return positions.filter((one) => typeof one === 'number');
  const lists = positions.filter((one) => typeof one !== 'number');
  return lists[lists.length === 1 ? 0 : entry];
}

function counted(length: number, from: number): number[] {
  return Array.from({ length }, (_, row) => row + from);
}
