import fc from 'fast-check';
import { type ProblemSizes, problemOf } from '../../src/attention/plain-problem.ts';
import type { FloatProblem, Mask } from '../../src/attention/problem.ts';
import { headsOf } from '../../src/tensor/tensor.ts';

/** Numbers in [−1, 1] from a seed: shrinking changes sizes and options, not every single number. */
export function randomNumbers(seed: number, length: number): Float32Array {
  let state = seed >>> 0;
  const numbers = new Float32Array(length);
  // Not `from`, which takes ten times as long: property tests make millions.
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    numbers[i] = state / 2 ** 31 - 1;
  }
  return numbers;
}

/** A plain problem of these sizes: no masks, default scale. */
export function plainProblem(sizes: ProblemSizes, seed = 1): FloatProblem {
  const { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim } = sizes;
  return problemOf(sizes, {
    precision: 'float32',
    query: headsOf(randomNumbers(seed, batch * numHeads * queryLength * headDim), [
      batch,
      numHeads,
      queryLength,
      headDim,
    ]),
    key: headsOf(randomNumbers(seed + 1, batch * numKeyHeads * keyLength * headDim), [
      batch,
      numKeyHeads,
      keyLength,
      headDim,
    ]),
    value: headsOf(randomNumbers(seed + 2, batch * numKeyHeads * keyLength * valueDim), [
      batch,
      numKeyHeads,
      keyLength,
      valueDim,
    ]),
  });
}

const sink = fc.oneof(
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.constantFrom(Number.NEGATIVE_INFINITY, 0, 40, -40),
);
const side = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(20));

/** Random problems with any mix of options; lengths go past the kernels' tiles now and then, but for small ones. */
export function problems({ small = false } = {}): fc.Arbitrary<FloatProblem> {
  const length = (usual: number, most: number) =>
    fc.oneof(fc.integer({ min: 1, max: usual }), fc.integer({ min: 1, max: small ? usual : most }));
  return fc
    .record({
      seed: fc.integer({ min: 1, max: 2 ** 31 }),
      batch: fc.integer({ min: 1, max: 3 }),
      numKeyHeads: fc.integer({ min: 1, max: 3 }),
      group: fc.integer({ min: 1, max: 3 }),
      queryLength: length(20, 210),
      keyLength: length(40, 600),
      headDim: fc.integer({ min: 1, max: 40 }),
      valueDim: fc.integer({ min: 1, max: 40 }),
    })
    .chain(({ seed, group, ...sizes }) => {
      const problem = plainProblem({ ...sizes, numHeads: sizes.numKeyHeads * group }, seed);
      const { batch, numHeads, queryLength, keyLength } = problem;
      return fc
        .record({
          scale: fc.oneof(fc.constant(problem.scale), fc.constantFrom(0, -0.5, 1, 3)),
          softcap: fc.constantFrom(0, 0, 0, 0.5, 5, 30),
          causal: fc.boolean(),
          window: fc.record({ left: side, right: side }),
          offsets: fc.array(fc.integer({ min: -5, max: 40 }), { minLength: batch, maxLength: batch }),
          keyLengths: fc.array(fc.integer({ min: 0, max: keyLength }), { minLength: batch, maxLength: batch }),
          queryLengths: fc.array(fc.integer({ min: 0, max: queryLength }), { minLength: batch, maxLength: batch }),
          // Slopes for each head, or for each head of each batch entry.
          slopes: fc.constantFrom(0, numHeads, batch * numHeads),
          sinks: fc.option(fc.array(sink, { minLength: numHeads, maxLength: numHeads }), { nil: undefined }),
          masks: fc.array(
            fc.record({
              kind: fc.constantFrom('boolean', 'additive'),
              axes: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
            }),
            { maxLength: 2 },
          ),
        })
        .map(({ slopes, masks, ...options }) => ({
          ...problem,
          ...options,
          alibiSlopes: slopes > 0 ? Array.from({ length: slopes }, (_, h) => 2 ** -(h + 1)) : undefined,
          masks: masks.map((mask, i) => randomMask(mask, [batch, numHeads, queryLength, keyLength], seed + 10 + i)),
        }));
    });
}

/** A mask over the axes that `axes` names; the others are broadcast. */
function randomMask({ kind, axes }: { kind: string; axes: boolean[] }, shape: number[], seed: number): Mask {
  const strides: [number, number, number, number] = [0, 0, 0, 0];
  let length = 1;
  for (let axis = 3; axis >= 0; axis--) {
    if (!axes[axis]) continue;
    strides[axis] = length;
    length *= shape[axis];
  }
  const numbers = randomNumbers(seed, length);
  if (kind === 'boolean')
    return { kind: 'boolean', data: Uint8Array.from(numbers, (x) => (x > -0.5 ? 1 : 0)), strides };
  return { kind: 'additive', data: numbers.map((x) => (x < -0.6 ? Number.NEGATIVE_INFINITY : 3 * x)), strides };
}
