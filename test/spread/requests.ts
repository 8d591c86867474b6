/** Random requests in safetensors, with any mix of what can be spread. */
import fc from 'fast-check';
import { patternOf } from '../attention/halves.ts';
import { randomNumbers } from '../attention/problems.ts';
import { type FileTensor, fileOf } from './spreading.ts';

type Dtype = 'F64' | 'F32' | 'F16' | 'BF16';

/** Random numbers of a shape, in a dtype. */
export function tensorOf(name: string, dtype: Dtype, shape: readonly number[], seed: number): FileTensor {
  const numbers = randomNumbers(
    seed,
    shape.reduce((product, size) => product * size, 1),
  );
  return { name, dtype, shape, data: bytesIn(dtype, numbers) };
}

function bytesIn(dtype: Dtype, numbers: Float32Array): Uint8Array {
  const half = dtype === 'F16' ? 'float16' : 'bfloat16';
  const data =
    dtype === 'F32'
      ? numbers
      : dtype === 'F64'
        ? Float64Array.from(numbers)
        : Uint16Array.from(numbers, (x) => patternOf(x, half));
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

export interface RequestSizes {
  queryLength: [least: number, most: number];
  keyLength: [least: number, most: number];
  mostHeads: number;
}

const side = fc.oneof(fc.constant(null), fc.nat(30), fc.constant(400));

/** What a body is made of, and in how many parts the request is wanted; told by its sizes and options when it fails. */
export interface Requested {
  sizes: Sizes;
  options: Options;
  wanted: number;
}

export function requests({ queryLength, keyLength, mostHeads }: RequestSizes): fc.Arbitrary<Requested> {
  return fc
    .record({
      seed: fc.integer({ min: 1, max: 2 ** 30 }),
      rank: fc.constantFrom(2, 3, 4, 4, 4),
      batch: fc.integer({ min: 1, max: 3 }),
      numKeyHeads: fc.integer({ min: 1, max: mostHeads }),
      group: fc.integer({ min: 1, max: 3 }),
      queryLength: fc.integer({ min: queryLength[0], max: queryLength[1] }),
      keyLength: fc.integer({ min: keyLength[0], max: keyLength[1] }),
      past: fc.constantFrom(0, 0, 7, 100),
      headDim: fc.integer({ min: 1, max: 24 }),
      valueDim: fc.integer({ min: 1, max: 24 }),
      dtype: fc.constantFrom<Dtype>('F64', 'F32', 'F32', 'F16', 'BF16'),
      precision: fc.constantFrom('float32', 'float32', 'float32', 'float64'),
      isShared: fc.boolean(),
      wanted: fc.integer({ min: 2, max: 12 }),
    })
    .chain((given) => {
      const batch = given.rank === 4 ? given.batch : 1;
      const numKeyHeads = given.rank > 2 ? given.numKeyHeads : 1;
      const numHeads = given.rank > 2 ? numKeyHeads * given.group : 1;
      const sizes = { ...given, batch, numKeyHeads, numHeads };
      return optionsOf(sizes).map((options) => ({ sizes, options, wanted: given.wanted }));
    });
}

interface Sizes {
  seed: number;
  rank: number;
  batch: number;
  numHeads: number;
  numKeyHeads: number;
  queryLength: number;
  keyLength: number;
  past: number;
  headDim: number;
  valueDim: number;
  dtype: Dtype;
  precision: string;
  isShared: boolean;
}

function optionsOf({ batch, numHeads, queryLength, keyLength, past }: Sizes) {
  const each = (least: number, most: number) =>
    fc.array(fc.integer({ min: least, max: most }), { minLength: batch, maxLength: batch });
  return fc.record({
    causal: fc.constantFrom('true', 'true', 'false', 'lower_right'),
    offsets: fc.option(each(-20, keyLength), { freq: 2 }),
    keyLengths: fc.option(each(0, keyLength + past), { freq: 2 }),
    queryLengths: fc.option(each(0, queryLength), { freq: 3 }),
    window: fc.option(fc.record({ left: side, right: side }), { freq: 2 }),
    softcap: fc.constantFrom(0, 0, 5),
    scale: fc.constantFrom(undefined, undefined, 1, -0.5),
    slopes: fc.constantFrom(0, 0, numHeads, batch * numHeads),
    mask: fc.option(
      fc.record({
        dtype: fc.constantFrom<'BOOL' | Dtype>('BOOL', 'F32', 'F16'),
        axes: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      }),
      { freq: 2 },
    ),
    sinks: fc.constantFrom('none', 'none', 'one', 'each'),
    wantsLse: fc.boolean(),
    /** Whether lengths and slopes are tensors of the file, as those who save tensors do. */
    areTensors: fc.boolean(),
  });
}

type Options = ReturnType<typeof optionsOf> extends fc.Arbitrary<infer T> ? T : never;

export function bodyOf({ sizes, options: { mask, ...more } }: Requested): Uint8Array {
  const { seed, rank, batch, numHeads, numKeyHeads, queryLength, keyLength, past, headDim, valueDim, dtype } = sizes;
  const inRank = (shape: number[]) => shape.slice(4 - rank);
  // Keys and values of one batch entry may serve all.
  const entries = sizes.isShared && past === 0 ? 1 : batch;
  const tensors = [
    tensorOf('query', dtype, inRank([batch, numHeads, queryLength, headDim]), seed),
    tensorOf('key', dtype, inRank([entries, numKeyHeads, keyLength, headDim]), seed + 1),
    tensorOf('value', dtype, inRank([entries, numKeyHeads, keyLength, valueDim]), seed + 2),
  ];
  if (past > 0) {
    tensors.push(tensorOf('past_key', dtype, inRank([batch, numKeyHeads, past, headDim]), seed + 3));
    tensors.push(tensorOf('past_value', dtype, inRank([batch, numKeyHeads, past, valueDim]), seed + 4));
  }
  if (mask) {
    const shape = inRank(
      [batch, numHeads, queryLength, keyLength + past].map((size, axis) => (mask.axes[axis] ? size : 1)),
    );
    tensors.push(maskOf(mask.dtype, shape, seed + 5));
  }
  if (more.sinks !== 'none') tensors.push(tensorOf('sinks', 'F32', [more.sinks === 'one' ? 1 : numHeads], seed + 6));
  const texts = textsOf(sizes, more);
  const numbers = more.areTensors ? Object.entries(texts).filter(([name]) => PER_ENTRY.includes(name)) : [];
  const options = numbers.map(([name, text]) => optionTensor(name, JSON.parse(text)));
  for (const [name] of numbers) delete texts[name];
  const wide: Record<string, number> = { I64: 8, F64: 8, F32: 4, F16: 2, BF16: 2, BOOL: 1 };
  return fileOf([...options, ...tensors.toSorted((a, b) => wide[b.dtype] - wide[a.dtype])], texts);
}

/** Options of a number for each batch entry or head, which may be tensors. */
const PER_ENTRY = ['key_lengths', 'query_lengths', 'query_offset', 'alibi_slopes'];

function optionTensor(name: string, numbers: number[] | number[][]): FileTensor {
  const shape = [numbers.length, ...(Array.isArray(numbers[0]) ? [numbers[0].length] : [])];
  const isWhole = name !== 'alibi_slopes';
  const data = isWhole
    ? BigInt64Array.from(numbers.flat(), (number) => BigInt(number))
    : Float64Array.from(numbers.flat());
  return { name, dtype: isWhole ? 'I64' : 'F64', shape, data: new Uint8Array(data.buffer) };
}

function maskOf(dtype: 'BOOL' | Dtype, shape: readonly number[], seed: number): FileTensor {
  const numbers = randomNumbers(
    seed,
    shape.reduce((product, size) => product * size, 1),
  );
  if (dtype === 'BOOL')
    return { name: 'attn_mask', dtype, shape, data: Uint8Array.from(numbers, (x) => (x > -0.5 ? 1 : 0)) };
  return {
    name: 'attn_mask',
    dtype,
    shape,
    data: bytesIn(
      dtype,
      numbers.map((x) => (x < -0.6 ? Number.NEGATIVE_INFINITY : 3 * x)),
    ),
  };
}

function textsOf({ batch, numHeads, precision }: Sizes, given: Omit<Options, 'mask'>): Record<string, string> {
  const { causal, offsets, keyLengths, queryLengths, window, softcap, scale, slopes, wantsLse } = given;
  const some: Record<string, unknown> = {
    query_offset: causal === 'lower_right' ? undefined : offsets,
    key_lengths: keyLengths,
    query_lengths: queryLengths,
    window,
    softcap,
    scale,
    alibi_slopes: slopesOf(slopes, batch, numHeads),
    outputs: wantsLse ? ['lse'] : undefined,
  };
  const texts = Object.entries(some).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, JSON.stringify(value)]],
  );
  return { precision, is_causal: causal, ...Object.fromEntries(texts) };
}

function slopesOf(count: number, batch: number, numHeads: number): number[] | number[][] | undefined {
  if (count === 0) return undefined;
  const all = Array.from({ length: count }, (_, h) => 2 ** -(h + 1));
  if (count === numHeads) return all;
  return Array.from({ length: batch }, (_, b) => all.slice(b * numHeads, (b + 1) * numHeads));
}
