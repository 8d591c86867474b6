/** Right attention in less than float64: what must not raise an alarm. */
import { type Core, coreOf } from './core.ts';
import { firstThat } from './drawn.ts';
import type { AttentionFields } from './fields.ts';
import { type Format, rounded } from './formats.ts';
import { type Heads, heads, largest, listOf, mapNumbers, sizesOf } from './nested.ts';
import { problemOf } from './problem.ts';
import { keyHeadOf, scoresOf } from './scores.ts';

/** How the numbers of one implementation are held; sums and powers are float32 in all of them. */
interface Arithmetic {
  name: string;
  format: Format;
  /** query, key and value. */
  inputs: Format;
  /** What goes into a product of matrices. */
  factors: Format;
  /** Each tensor between two operations: scores, scaled scores, weights. */
  tensors: Format;
  output: Format;
  /** Powers go into the product with the values and are divided after it, as flash-attention does. */
  isDividedLast: boolean;
}

const single = { inputs: 'float32', factors: 'float32', tensors: 'float32', output: 'float32' } as const;
const halves = (['bfloat16', 'float16'] as const).flatMap((format): Arithmetic[] => {
  const half = { ...single, format, inputs: format };
  return [
    { ...half, name: `inputs in ${format}, all else in float32`, isDividedLast: false },
    { ...half, name: `flash-like in ${format}`, factors: format, output: format, isDividedLast: true },
    {
      ...{ ...half, name: `operation by operation in ${format}` },
      ...{ factors: format, tensors: format, output: format, isDividedLast: false },
    },
  ];
});

export const arithmetics: Arithmetic[] = [
  { ...single, name: 'float32', format: 'float32', isDividedLast: false },
  { ...single, name: 'float32, flash-like', format: 'float32', isDividedLast: true },
  { ...single, name: 'TF32 products', format: 'tf32', factors: 'tf32', isDividedLast: false },
  ...halves,
];

/** A request, and the right answer as this arithmetic has it. */
export function rightIn(arithmetic: Arithmetic, seed: number): { fields: AttentionFields; expected: Heads } {
  return firstThat(seed, (random) => {
    const plain = { softcap: false, slopes: false, sinks: false, rotary: false } as const;
    const fields = problemOf(random, { ...plain, keyLength: random.pick([12, 24, 70]), headDim: random.pick([8, 16]) });
    const held = (x: Heads) => mapNumbers(x, (number) => rounded(number, arithmetic.inputs));
    const core = coreOf({ ...fields, query: held(fields.query), key: held(fields.key), value: held(fields.value) }, {});
    return { fields, expected: attendIn(core, arithmetic) };
  });
}

function attendIn(core: Core, { factors, tensors, output, isDividedLast }: Arithmetic): Heads {
  const [batch, count, queryLength] = sizesOf(core.query);
  const seen = scoresOf(core, {});
  const factor = (x: number) => rounded(x, factors);
  const tensor = (x: number) => rounded(x, tensors);
  const rows = listOf(batch, (b) =>
    listOf(count, (h) =>
      listOf(queryLength, (i) => {
        const [keys, values] = [core.key[b][keyHeadOf(core, h, {})], core.value[b][keyHeadOf(core, h, {})]];
        const query = core.query[b][h][i].map(factor);
        const scores = keys.map((key, j) => {
          const scaled = tensor(Math.fround(tensor(dotInFloat32(query, key.map(factor))) * Math.fround(core.scale)));
          return seen[b][h][i][j] === Number.NEGATIVE_INFINITY ? seen[b][h][i][j] : scaled;
        });
        const max = largest(scores);
        if (max === Number.NEGATIVE_INFINITY) return values[0].map(() => 0);
        const powers = scores.map((s) => Math.fround(Math.exp(Math.fround(s - max))));
        const sum = powers.reduce((total, power) => Math.fround(total + power), 0);
        const weights = isDividedLast ? powers : powers.map((power) => tensor(Math.fround(power / sum)));
        return values[0].map((_, x) => {
          const column = values.map((value) => factor(value[x]));
          const weighed = dotInFloat32(weights.map(factor), column);
          return rounded(isDividedLast ? Math.fround(weighed / sum) : weighed, output);
        });
      }),
    ),
  );
  return heads([batch, count, queryLength, core.value[0][0][0].length], (b, h, i, x) => rows[b][h][i][x]);
}

function dotInFloat32(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let x = 0; x < a.length; x++) sum = Math.fround(sum + Math.fround(a[x] * b[x]));
  return sum;
}
