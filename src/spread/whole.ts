/** What a request asks for, as far as the head of its body tells: enough to cut it, and no number of it is read. */
import { problemOf } from '../attention/plain-problem.ts';
import type { AttentionProblem } from '../attention/problem.ts';
import {
  type AttentionOptions,
  attentionOptions,
  attentionOptionTensors,
  attentionTensorFields,
} from '../codec/attention-options.ts';
import { ITEM_BYTES, readSafetensorsDtype } from '../codec/dtype.ts';
import { innerNames } from '../codec/inner-names.ts';
import { readPrecision } from '../codec/json/json.ts';
import { answerType, requestType } from '../codec/media-type.ts';
import { optionOfTensor } from '../codec/option-tensors.ts';
import { optionsOfTexts } from '../codec/option-texts.ts';
import { readOptions } from '../codec/read-options.ts';
import { type HeaderEntry, readHeader } from '../codec/safetensors-header.ts';
import { RequestError } from '../errors.ts';
import type { RequestLimits } from '../requests/open-context.ts';
import { readLengths, readOffsets, readSlopes } from '../requests/problems/per-entry.ts';
import { agreedSizes, type Sizes, sizesOf } from '../requests/problems/sizes.ts';
import { broadcastStrides, elementCount, headsOf } from '../tensor/tensor.ts';
import type { Placed } from './placed.ts';

/** A request that can be cut. */
export interface Whole {
  /** Its sizes and options; the views of its inputs and its masks are empty. */
  problem: AttentionProblem;
  rank: number;
  options: AttentionOptions;
  query: Placed;
  /** Keys that follow each other: those of the past, and the new ones. */
  key: readonly Placed[];
  value: readonly Placed[];
  mask: Placed | undefined;
  sinks: Placed | undefined;
  wantsLse: boolean;
  bodyBytes: number;
}

/** Why a request is computed as a whole. */
export interface NotSpread {
  why: string;
}

export interface WholeRequest {
  /** The first bytes of the body, at least all of its header. */
  head: Uint8Array;
  bodyBytes: number;
  contentType: string;
  accept: string | undefined;
}

/** A request that is wrong is computed whole as well: so it is refused in the same words as anywhere. */
export function readWhole(request: WholeRequest, limits: RequestLimits): Whole | NotSpread {
  try {
    return read(request, limits);
  } catch (error) {
    if (error instanceof NotHere) return { why: error.message };
    if (error instanceof RequestError) return { why: `the request is not understood: ${error.message}` };
    throw error;
  }
}

/** What cannot be spread, although it may be right. */
class NotHere extends Error {}

function read({ head, bodyBytes, contentType, accept }: WholeRequest, limits: RequestLimits): Whole | NotSpread {
  if (requestType(contentType) !== 'safetensors') throw new NotHere('its body is not a safetensors file');
  if (answerType(contentType, accept) !== 'safetensors') {
    throw new NotHere('its answer is asked for in another format than safetensors');
  }
  const { entries, metadata } = readHeader(head, bodyBytes);
  const isOption = ({ name }: HeaderEntry) => attentionOptionTensors.has(name);
  const given = { ...Object.fromEntries(optionsOfTexts(metadata)) };
  for (const entry of entries.filter(isOption)) given[entry.name] = optionIn(head, entry, given);
  const precision = readPrecision(given.precision);
  const options = innerNames(readOptions(attentionOptions, given, attentionTensorFields));
  const odd = unsupported(options);
  if (odd !== undefined) throw new NotHere(odd);
  const tensors = new Map(entries.filter((entry) => !isOption(entry)).map((entry) => [entry.name, placedOf(entry)]));
  const elements = entries.reduce((sum, { shape }) => sum + elementCount(shape.map(Number)), 0);
  if (elements > limits.maxElements) throw new NotHere('it holds more numbers than a request may');

  const query = shapedOf(tensors, 'query');
  const key = shapedOf(tensors, 'key');
  const value = shapedOf(tensors, 'value');
  const agreed = agreedSizes({ query, key, value });
  const { batch } = agreed;
  const [, numHeads, queryLength, headDim] = agreed.query;
  const [, numKeyHeads, newKeys] = agreed.key;
  const valueDim = agreed.value[3];
  if (options.enableGqa === false && numHeads !== numKeyHeads) throw new NotHere('enable_gqa is false');
  const past = pastOf(tensors, { key, value }, [batch, numKeyHeads]);
  const pastLength = past?.key.sizes[2] ?? 0;
  const keyLength = pastLength + newKeys;
  const sizes = { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim };
  const none = headsOf(precision === 'float64' ? new Float64Array(0) : new Float32Array(0), [0, 0, 0, 0]);
  const keyLengths = readLengths('key_lengths', options.keyLengths, { batch, limit: keyLength });
  const plain = problemOf(sizes, { precision, query: none, key: none, value: none });
  const problem: AttentionProblem = {
    ...plain,
    scale: options.scale ?? plain.scale,
    softcap: options.softcap,
    alibiSlopes: readSlopes(options.alibiSlopes, { batch, numHeads }),
    causal: options.isCausal !== false,
    window: { left: openOr(options.window?.left), right: openOr(options.window?.right) },
    offsets: readOffsets(options, { batch, queryLength, pastLength, keyLengths }),
    keyLengths,
    queryLengths: readLengths('query_lengths', options.queryLengths, { batch, limit: queryLength }),
  };
  if (batch * queryLength === 0 || keyLength === 0) throw new NotHere('it has no queries or no keys');
  const itemBytes = precision === 'float64' ? 8 : 4;
  if (batch * numHeads * queryLength * valueDim * itemBytes > limits.maxOutputBytes) {
    throw new NotHere('its output is larger than it may be');
  }
  const mask = tensors.get('attn_mask');
  if (mask && broadcastStrides(mask.shape, [batch, numHeads, queryLength, keyLength]) === undefined) {
    throw new NotHere('attn_mask does not fit');
  }
  const sinks = tensors.get('sinks');
  if (sinks && sinks.shape.join() !== String(numHeads) && sinks.shape.join() !== '1') {
    throw new NotHere('sinks has another shape than one number for each head');
  }
  return {
    ...{ problem, rank: agreed.rank, options, query, mask, bodyBytes },
    sinks: sinks && { ...sinks, sizes: [1, 1, 1, elementCount(sinks.shape)] },
    key: past === undefined ? [key] : [past.key, key],
    value: past === undefined ? [value] : [past.value, value],
    wantsLse: options.outputs.includes('lse'),
  };
}

/** An option that is a tensor of the file: it has few numbers, and those who write files put such tensors first. */
function optionIn(head: Uint8Array, entry: HeaderEntry, given: Record<string, unknown>): unknown {
  const { name, end } = entry;
  if (Object.hasOwn(given, name)) throw new NotHere(`${name} is a tensor of the file and a text of its __metadata__`);
  if (end > head.byteLength) throw new NotHere(`${name} is a tensor that lies behind others`);
  return optionOfTensor(entry, head);
}

/** What a part of the request could not give, or what does not go into parts. */
function unsupported(options: AttentionOptions): string | undefined {
  const more = options.outputs.filter((name) => name !== 'lse');
  if (options.needWeights) more.push('weights');
  if (more.length > 0) return `${more.join(', ')} asked for beside the output`;
  if (options.rotary !== undefined) return 'rotary turns its queries and keys';
  const labels = [options.queryLabels, options.keyLabels, options.headLabels, options.focus];
  return labels.some((label) => label !== undefined) ? 'its rows, columns or heads have names' : undefined;
}

/** A tensor with the shape that it came in. */
type Shaped = Placed & { shape: readonly number[] };

function placedOf(entry: HeaderEntry): Shaped {
  const { name, dtype, shape, start, end } = entry;
  if (!Object.hasOwn(attentionTensorFields, name)) {
    throw new NotHere(`${name} is no tensor of an attention`);
  }
  const kind = attentionTensorFields[name];
  const itemBytes = ITEM_BYTES[readSafetensorsDtype(dtype, { field: name, kind })];
  const sizes = shape.map(Number);
  if (sizes.length < 1 || sizes.length > 4 || elementCount(sizes) * itemBytes !== end - start) {
    throw new NotHere(`${name} has no shape that fits its bytes`);
  }
  return { dtype, itemBytes, shape: sizes, sizes: sizesOf({ shape: sizes }), start };
}

function shapedOf(tensors: ReadonlyMap<string, Shaped>, name: string): Shaped {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new NotHere(`${name} is missing`);
  return tensor;
}

/** Keys and values of earlier calls, where they go on in those of now. */
function pastOf(
  tensors: ReadonlyMap<string, Shaped>,
  next: { key: Shaped; value: Shaped },
  [batch, heads]: readonly [number, number],
): { key: Placed; value: Placed } | undefined {
  const key = tensors.get('past_key');
  const value = tensors.get('past_value');
  if (key === undefined && value === undefined) return undefined;
  if (key === undefined || value === undefined) throw new NotHere('past_key and past_value are not both there');
  const goesOn = (past: Shaped, now: Shaped) =>
    past.dtype === now.dtype &&
    past.shape.length === now.shape.length &&
    matches(past.sizes, [batch, heads, key.sizes[2], now.sizes[3]]);
  if (goesOn(key, next.key) && goesOn(value, next.value)) return { key, value };
  throw new NotHere('past and new keys or values differ in dtype or sizes');
}

const matches = (sizes: Sizes, wanted: Sizes) => sizes.every((size, axis) => size === wanted[axis]);

/** How far a side of a window reaches: −1 is how flash-attention writes an open one. */
function openOr(side: number | null | undefined): number {
  return side === undefined || side === null || side === -1 ? Number.POSITIVE_INFINITY : side;
}
