/** The datatypes of the Open Inference Protocol (its specification, "Tensor Data Types", and BF16 as Triton names it). */
import { pointerTo, RequestError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Dtype } from '../dtype.ts';
import type { TensorKind } from '../tensor-request.ts';

const TENSORS: ReadonlyMap<string, Dtype> = new Map([
  ['FP64', 'float64'],
  ['FP32', 'float32'],
  ['FP16', 'float16'],
  ['BF16', 'bfloat16'],
  ['BOOL', 'bool'],
]);

/** What options may be, and the names that option-tensors.ts has for these. */
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['FP64', 'F64'],
  ['FP32', 'F32'],
  ...['INT', 'UINT'].flatMap((sign) =>
    [64, 32, 16, 8].map((bits): [string, string] => [`${sign}${bits}`, `${sign[0]}${bits}`]),
  ),
]);

/** How answers name what they hold. */
export const DATATYPES: Readonly<Record<Tensor['dtype'], string>> = {
  float64: 'FP64',
  float32: 'FP32',
  bool: 'BOOL',
};

/** @throws RequestError `invalid_dtype` */
export function tensorDatatype(name: string, field: string, kind: TensorKind): Dtype {
  const dtype = TENSORS.get(name);
  const isTaken = dtype !== undefined && (dtype !== 'bool' || kind.booleans);
  if (isTaken) return dtype;
  const taken = [...TENSORS.keys()].filter((one) => one !== 'BOOL' || kind.booleans);
  throw notTaken(field, taken);
}

/** The name of safetensors for it. @throws RequestError `invalid_dtype` */
export function optionDatatype(name: string, field: string): string {
  const dtype = OPTIONS.get(name);
  if (dtype === undefined) throw notTaken(field, [...OPTIONS.keys()]);
  return dtype;
}

function notTaken(field: string, taken: readonly string[]): RequestError {
  const detail = `${field} must have one of the datatypes ${taken.join(', ')}`;
  return new RequestError('invalid_dtype', detail, { pointer: pointerTo(field, 'datatype') });
}
