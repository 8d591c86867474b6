import { problemOf } from '../../attention/plain-problem.ts';
import { type AttentionProblem, floatProblem } from '../../attention/problem.ts';
import { rotateQueryAndKey } from '../../attention/rotary.ts';
import type { AttentionOptions } from '../../codec/attention-options.ts';
import type { NonFinite } from '../../codec/tensor-request.ts';
import { RequestError } from '../../errors.ts';
import type { FloatTensor, HalfTensor, InputView, Tensor } from '../../tensor/tensor.ts';
import { headsView, joined, readPast } from './head-views.ts';
import { readMask } from './mask.ts';
import { settledMask } from './mask-meaning.ts';
import { floatTensor, inputTensor, type NamedInputs, widenedTensor } from './named-tensors.ts';
import { readLengths, readOffsets, readSinks, readSlopes } from './per-entry.ts';
import type { ProblemReading } from './problem-reading.ts';
import { agreedSizes } from './sizes.ts';
import { inFloat64, leavesFloat32, requireTurnedInRange } from './turned-range.ts';
import { type MaskReach, withoutUnreadEntries } from './unread-entries.ts';
import { withoutUnreadRows } from './unread-rows.ts';

/** A problem, and what is needed to answer in the form of the request. */
export interface ReadProblem {
  problem: AttentionProblem;
  /** The rank of `query`, 1 to 4, which the answer has too. */
  rank: number;
}

export interface AttentionReading extends ProblemReading {
  /** The faults of tensors that hold numbers that are not finite, where it matters what is read. */
  nonFinite?: ReadonlyMap<string, NonFinite>;
  /** Whether what is not read is to be zero, where it is shown. */
  blanksPadding?: boolean;
}

/** How flash-attention and ONNX write the open side of a window. */
const OPEN_SIDE = -1;
const ALL_FINITE: ReadonlyMap<string, NonFinite> = new Map();

/**
 * Tensors and options become one problem; whatever does not fit together is told with a pointer to it.
 * Rotary turns query and key in place. `memory` is used to join past and new keys. Halves stay halves in the problem; where
 * `needsFloats` says so they must have been widened.
 * @throws RequestError
 */
export function readProblem(tensors: NamedInputs, options: AttentionOptions, reading: AttentionReading): ReadProblem {
  const { precision, memory, maxElements, nonFinite = ALL_FINITE, blanksPadding = false } = reading;
  if (options.keyLengths === undefined && options.queryLengths === undefined) requireFinite(tensors, nonFinite);
  const query = inputTensor(tensors, 'query');
  const key = inputTensor(tensors, 'key');
  const value = inputTensor(tensors, 'value');
  const agreed = agreedSizes({ query, key, value });
  const { batch, rank } = agreed;
  const [, numHeads, queryLength, headDim] = agreed.query;
  const [, numKeyHeads, newKeys] = agreed.key;
  const [, , , valueDim] = agreed.value;
  if (options.enableGqa === false && numHeads !== numKeyHeads) {
    const detail = `enable_gqa is false, but query has ${numHeads} heads and key has ${numKeyHeads}`;
    throw new RequestError('conflicting_options', detail, { pointer: '/enable_gqa' });
  }
  const past = readPast(tensors, { batch, heads: numKeyHeads, headDim, valueDim, rank: agreed.keyRank });
  const pastLength = past?.length ?? 0;
  const keyLength = pastLength + newKeys;
  const keyLengths = readLengths('key_lengths', options.keyLengths, { batch, limit: keyLength });
  const queryLengths = readLengths('query_lengths', options.queryLengths, { batch, limit: queryLength });

  const readable = <T extends FloatTensor | HalfTensor>(name: string, tensor: T, lengths: readonly number[]): T => {
    const odd = nonFinite.get(name);
    const isPadded = options.keyLengths !== undefined || options.queryLengths !== undefined;
    if (odd === undefined && !(blanksPadding && isPadded)) return tensor;
    return withoutUnreadRows(tensor, { lengths, odd, memory });
  };
  const newLengths = keyLengths.map((length) => length - pastLength);
  const isTurned = options.rotary !== undefined;
  const isAnswered = options.outputs.includes('present');
  const viewing = { batch, isOwn: isTurned || isAnswered, memory, maxElements };
  const join = (name: 'key' | 'value', tensor: FloatTensor | HalfTensor): InputView => {
    if (past === undefined) return headsView(readable(name, tensor, newLengths), viewing);
    const before = readable(`past_${name}`, past[name], keyLengths);
    return joined(before, readable(name, floatTensor(tensors, name), newLengths), viewing);
  };

  const sizes = { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim };
  const plain = problemOf<InputView>(sizes, {
    precision,
    query: headsView(readable('query', query, queryLengths), { ...viewing, isOwn: isTurned }),
    key: join('key', key),
    value: join('value', value),
  });
  const problem: AttentionProblem = {
    ...plain,
    scale: options.scale ?? plain.scale,
    softcap: options.softcap,
    masks: readMasks(
      tensors,
      options,
      { target: [batch, numHeads, queryLength, keyLength], keyLengths, queryLengths, memory },
      reading,
    ),
    alibiSlopes: readSlopes(options.alibiSlopes, { batch, numHeads }),
    sinks: readSinks(tensors, numHeads),
    causal: options.isCausal !== false,
    window: { left: openOr(options.window?.left), right: openOr(options.window?.right) },
    offsets: readOffsets(options, { batch, queryLength, pastLength, keyLengths }),
    keyLengths,
    queryLengths,
  };
  if (options.rotary !== undefined) {
    const { interleaved, positions, ...rotary } = options.rotary;
    const turns = { ...rotary, interleaved: interleaved ?? false, positions: positions ?? undefined };
    // A turn may take a number √2 farther: where that leaves float32, the whole problem is computed in float64.
    const floats = floatProblem(problem);
    const turned = leavesFloat32(floats) ? inFloat64(floats, memory) : floats;
    rotateQueryAndKey(turned, turns, pastLength);
    if (turned.precision !== precision) requireTurnedInRange(turned, options.outputs);
    return { problem: turned, rank };
  }
  return { problem, rank };
}

/** Where no lengths are said, all rows are read. @throws RequestError `not_finite` */
function requireFinite(tensors: NamedInputs, nonFinite: ReadonlyMap<string, NonFinite>): void {
  for (const name of tensors.keys()) {
    const odd = nonFinite.get(name);
    if (odd !== undefined) throw odd.fault(odd.first);
  }
}

function readMasks(
  tensors: NamedInputs,
  { attnMaskType }: AttentionOptions,
  reach: MaskReach,
  { nonFinite = ALL_FINITE, ...source }: AttentionReading,
): AttentionProblem['masks'] {
  if (!tensors.has('attn_mask')) return [];
  const sent = widenedTensor(tensors, 'attn_mask');
  const odd = nonFinite.get('attn_mask');
  const settled = (mask: Tensor, type = attnMaskType) => settledMask('attn_mask', mask, type, source);
  // What is not read has no say in what the numbers are; where they are added it changes nothing, and may stay.
  const isClear = odd === undefined && !source.isJson && attnMaskType === undefined;
  const read = isClear ? sent : withoutUnreadEntries(sent, odd, reach);
  const mask = settled(read);
  const isKept = read !== sent && odd === undefined && mask.dtype !== 'bool';
  return [readMask('attn_mask', isKept ? settled(sent, 'additive') : mask, reach.target)];
}

/** How far a side of a window reaches. */
function openOr(side: number | null | undefined): number {
  return side === undefined || side === null || side === OPEN_SIDE ? Number.POSITIVE_INFINITY : side;
}

/** Whether opening these reads their numbers: past and new keys are joined, and rotary turns queries and keys. */
export function needsFloats(tensors: NamedInputs, { rotary }: Pick<AttentionOptions, 'rotary'>): boolean {
  return rotary !== undefined || tensors.has('past_key') || tensors.has('past_value');
}
