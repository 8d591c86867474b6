/** The inputs of a request, each understood by itself and then all together. */
import { pointerTo, RequestError } from '../../errors.ts';
import { elementCount } from '../../tensor/tensor.ts';
import { type Dtype, ITEM_BYTES } from '../dtype.ts';
import { guess, quoted } from '../unknown-field.ts';
import { optionDatatype, tensorDatatype } from './datatypes.ts';
import { fault } from './fault.ts';
import { type FrameParts, type InputParts, parametersOf } from './frame.ts';
import type { InferenceModel } from './models.ts';

/** An input that is known, with a datatype that it can have. */
export interface Input {
  index: number;
  name: string;
  datatype: string;
  shape: readonly number[];
  /** A tensor, or an option of the route that came as one, by the name that option-tensors.ts has for its dtype. */
  is: { kind: 'tensor'; dtype: Dtype } | { kind: 'option'; dtype: string };
  /** Its bytes behind the JSON; undefined where its data are listed. */
  binaryBytes: number | undefined;
}

/** What says nothing of an input or output here, though others read it. */
const FOR_OTHERS = new Set(['content_type']);
/** Longer lists are none: what they hold is not looked at. */
const MOST_DIMENSIONS = 8;
const MEMBERS = 'an input has name, shape, datatype, data and parameters';

/** @throws RequestError `invalid_inference`, `invalid_dtype`, `invalid_tensor` */
export function readInputs({ inputs }: FrameParts, model: InferenceModel): Input[] {
  if (inputs === undefined || inputs.length === 0) {
    throw fault('inputs is missing: it must be a list of one or more inputs', 'inputs');
  }
  const seen = new Set<unknown>();
  return inputs.map((parts) => {
    const input = readInput(parts, model);
    if (seen.has(input.name)) throw fault(`there are two inputs of the name ${input.name}`, 'inputs', parts.index);
    seen.add(input.name);
    checkData(parts, input);
    return input;
  });
}

/** An input but for its data, as soon as it says enough. @throws RequestError as above */
export function readInput(parts: InputParts, model: InferenceModel): Input {
  const { index, name, datatype } = parts;
  if (!parts.isObject) throw fault(`inputs[${index}] must be an object: ${MEMBERS}`, 'inputs', index);
  if (typeof name !== 'string') throw fault(`inputs[${index}] must have a name, which is a text`, 'inputs', index);
  const { tensors, optionTensors } = model;
  const isTensor = Object.hasOwn(tensors, name);
  if (!isTensor && !optionTensors.has(name)) throw unknownInput(name, index, model);
  if (parts.unknown !== undefined) {
    throw fault(`${name} has a member ${quoted(parts.unknown)}: ${MEMBERS}`, 'inputs', index, parts.unknown);
  }
  if (typeof datatype !== 'string') throw fault(`${name} must have a datatype, such as "FP32"`, 'inputs', index);
  const is: Input['is'] = isTensor
    ? { kind: 'tensor', dtype: tensorDatatype(datatype, name, tensors[name]) }
    : { kind: 'option', dtype: optionDatatype(datatype, name) };
  const binaryBytes = binaryBytesOf(name, parametersOf(parts.parameters, 'inputs', index));
  return { index, name, datatype, shape: readDimensions(name, parts.shape), is, binaryBytes };
}

/** The bytes of an input in the datatype that it has. */
export function bytesOf({ shape, datatype, is }: Pick<Input, 'shape' | 'datatype' | 'is'>): number {
  const bits = Number(/\d+$/.exec(datatype)?.[0] ?? 8);
  return elementCount(shape) * (is.kind === 'tensor' ? ITEM_BYTES[is.dtype] : bits / 8);
}

function unknownInput(name: string, index: number, { name: model, tensors, optionTensors, options }: InferenceModel) {
  const known = [...Object.keys(tensors), ...optionTensors];
  const hint = options.includes(name) ? `; ${name} is one of the parameters` : guess(name, known);
  const detail = `${model} has no input ${quoted(name)}; its inputs are ${known.join(', ')}${hint}`;
  return fault(detail, 'inputs', index, 'name');
}

function readDimensions(name: string, shape: unknown): number[] {
  if (!Array.isArray(shape)) throw fault(`${name} must have a shape, which is a list of dimensions`, name, 'shape');
  if (shape.length > MOST_DIMENSIONS) {
    const detail = `${name} has ${shape.length} dimensions, more than any tensor`;
    throw new RequestError('invalid_rank', detail, { pointer: pointerTo(name, 'shape') });
  }
  return shape.map((dim: unknown, axis) => {
    if (typeof dim === 'number' && Number.isSafeInteger(dim) && dim >= 0) return dim;
    const detail = `${name}.shape must hold integers of at least 0, below 2^53`;
    throw new RequestError('invalid_tensor', detail, { pointer: pointerTo(name, 'shape', axis) });
  });
}

function binaryBytesOf(name: string, parameters: Readonly<Record<string, unknown>>): number | undefined {
  for (const [parameter, value] of Object.entries(parameters)) {
    if (parameter === 'binary_data_size' || FOR_OTHERS.has(parameter) || value === null) continue;
    const hint = parameter.startsWith('shared_memory_') ? '; this server shares no memory with its clients' : '';
    const detail = `${name} has a parameter ${quoted(parameter)}, but an input takes binary_data_size only${hint}`;
    throw fault(detail, name, 'parameters');
  }
  const size = parameters.binary_data_size;
  if (size === undefined || size === null) return undefined;
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
  throw fault(`${name} must have as its binary_data_size an integer of at least 0`, name, 'parameters');
}

function checkData({ data }: InputParts, input: Input): void {
  const { name, binaryBytes, shape, datatype } = input;
  if (binaryBytes === undefined) {
    if (data === 'list') return;
    const detail = data === 'none' ? `${name} has neither data nor binary_data_size` : `${name}.data must be a list`;
    throw fault(detail, name);
  }
  if (data !== 'none') throw fault(`${name} has both data and binary_data_size: send one of them`, name);
  const needed = bytesOf(input);
  if (binaryBytes === needed) return;
  const detail = `${name} has binary_data_size ${binaryBytes}, but its shape [${shape.join(', ')}] and ${datatype} ask for ${needed} bytes`;
  throw fault(detail, name);
}

/** What an output says of itself. @throws RequestError `invalid_inference` */
export function isBinaryOutput(name: string, value: unknown, byDefault: boolean): boolean {
  let isBinary = byDefault;
  for (const [parameter, given] of Object.entries(parametersOf(value, 'outputs', name))) {
    if (FOR_OTHERS.has(parameter) || given === null) continue;
    if (parameter !== 'binary_data') {
      throw fault(
        `the output ${name} has a parameter ${quoted(parameter)}, but an output takes binary_data only`,
        'outputs',
      );
    }
    if (typeof given !== 'boolean') throw fault(`binary_data of the output ${name} must be true or false`, 'outputs');
    isBinary = given;
  }
  return isBinary;
}
