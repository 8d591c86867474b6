/** Tensors of few numbers that may stand among the options of a request in which tensors have a place of their own. */
import { pointerTo, RequestError } from '../errors.ts';
import type { Memory } from '../tensor/memory.ts';
import type { Precision, Tensor } from '../tensor/tensor.ts';
import { readJson } from './json/json.ts';
import type { CodecSetting, TensorFields } from './tensor-request.ts';

type Values = Record<string, unknown>;

/**
 * Options, and the tensors of few numbers that stand among them.
 * @param rule what holds of all other tensors, as the end of a sentence
 * @throws RequestError `invalid_tensor` for a tensor that must not stand here
 */
export function withoutSingles(
  values: Iterable<readonly [name: string, value: unknown]>,
  fields: TensorFields,
  rule: string,
): { options: Values; singles: Values } {
  const options: Values = Object.create(null);
  const singles: Values = Object.create(null);
  for (const [name, value] of values) {
    const isTensor = Object.hasOwn(fields, name);
    if (isTensor && !fields[name].single) {
      throw new RequestError('invalid_tensor', `${name} ${rule}`, { pointer: pointerTo(name) });
    }
    (isTensor ? singles : options)[name] = value;
  }
  return { options, singles };
}

interface SinglesReading {
  precision: Precision;
  fields: TensorFields;
  setting: CodecSetting;
  allocate: Memory;
}

/** They are read as they would be in a body of JSON. */
export function readSingles(
  singles: Values,
  { precision, fields, setting, allocate }: SinglesReading,
): ReadonlyMap<string, Tensor> {
  if (Object.keys(singles).length === 0) return new Map();
  return readJson(Buffer.from(JSON.stringify({ precision, ...singles })), fields, setting, allocate).tensors;
}
