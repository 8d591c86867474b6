/** What the caller's code gave, brought into the order of the answer. */
import type { Format } from '../../attention/diagnosis/rounding.ts';
import { FORMATS, rounder } from '../../attention/diagnosis/rounding.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import { allocateFloats, type Memory } from '../../tensor/memory.ts';
import { elementCount, type Floats, type InputTensor } from '../../tensor/tensor.ts';
import type { NamedInputs } from '../problems/named-tensors.ts';
import { floatTensor } from '../problems/named-tensors.ts';

/** The shape of an answer as [B, H, Lq, width], and as the route tells it. */
export interface AnswerShape {
  shape: readonly [batch: number, heads: number, rows: number, width: number];
  own: readonly number[];
}

/**
 * `expected_output` as [B, H, Lq, width]. [B, Lq, H·width] is the same with its heads joined; [B, Lq, H, width] stays as it
 * lies, so that the diagnosis says that it was left so.
 * @throws RequestError `missing_field`, `shape_mismatch`
 */
export function givenOutput(tensors: NamedInputs, { shape, own }: AnswerShape, memory: Memory): Floats {
  const tensor = floatTensor(tensors, 'expected_output');
  const [batch, heads, rows, width] = shape;
  const given = tensor.shape;
  const whole = given.filter((dim) => dim !== 1);
  const isOneOf = (...shapes: (readonly number[])[]) =>
    shapes.some((one) =>
      isSame(
        whole,
        one.filter((dim) => dim !== 1),
      ),
    );
  if (isSame(given, own) || isOneOf(shape, [batch, rows, heads, width])) return tensor.data;
  if (isOneOf([batch, rows, heads * width])) return apart(tensor.data, shape, memory);
  const detail = `expected_output has shape [${given.join(', ')}]; the answer has [${own.join(', ')}]`;
  throw new RequestError('shape_mismatch', detail, { pointer: pointerTo('expected_output') });
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** [B, L, H·width] → [B, H, L, width] */
function apart(joined: Floats, [batch, heads, rows, width]: AnswerShape['shape'], memory: Memory): Floats {
  const precision = joined instanceof Float64Array ? 'float64' : 'float32';
  const data = allocateFloats(memory, precision, joined.length);
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let row = 0; row < rows; row++) {
        const from = ((b * rows + row) * heads + h) * width;
        data.set(joined.subarray(from, from + width), ((b * heads + h) * rows + row) * width);
      }
    }
  }
  return data;
}

/**
 * Another tensor that was given, whose shape may leave out axes of 1.
 * @throws RequestError `shape_mismatch`
 */
export function givenTensor(
  name: string,
  tensors: NamedInputs,
  shapes: readonly (readonly number[])[],
): Floats | undefined {
  if (!tensors.has(name)) return undefined;
  const { shape, data } = floatTensor(tensors, name);
  const whole = (dims: readonly number[]) => dims.filter((dim) => dim !== 1);
  if (shapes.some((one) => isSame(whole(shape), whole(one)) && elementCount(one) === data.length)) return data;
  const detail = `${name} has shape [${shape.join(', ')}]; it must be [${shapes[0].join(', ')}]`;
  throw new RequestError('shape_mismatch', detail, { pointer: pointerTo(name) });
}

/** Numbers that are looked at to see which format they fit into, and how many must tell. */
const MOST_LOOKED_AT = 65_536;
const FEWEST = 16;

/** The smallest format that holds all numbers of a tensor. */
export function formatOf(tensor: InputTensor, data: Floats): Format {
  if (tensor.dtype === 'float16' || tensor.dtype === 'bfloat16') return tensor.dtype;
  const numbers = data.subarray(0, MOST_LOOKED_AT).filter((number) => number !== 0 && Number.isFinite(number));
  if (numbers.length < FEWEST) return 'float32';
  const halves = FORMATS.filter((format) => format === 'bfloat16' || format === 'float16');
  return halves.find((format) => numbers.every((number) => rounder(format)(number) === number)) ?? 'float32';
}

/** The tolerances of torch.testing.assert_close. */
const TOLERANCES: Readonly<Record<string, { rtol: number; atol: number }>> = {
  float64: { rtol: 1e-7, atol: 1e-7 },
  float32: { rtol: 1.3e-6, atol: 1e-5 },
  float16: { rtol: 1e-3, atol: 1e-5 },
  bfloat16: { rtol: 1.6e-2, atol: 1e-5 },
};

/** What counts as the same for a tensor. */
export function toleranceOf(
  dtype: InputTensor['dtype'],
  { rtol, atol }: { rtol?: number | undefined; atol?: number | undefined },
) {
  const own = TOLERANCES[dtype] ?? TOLERANCES.float32;
  return { dtype, rtol: rtol ?? own.rtol, atol: atol ?? own.atol };
}
