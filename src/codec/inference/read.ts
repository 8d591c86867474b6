/**
 * A request of the Open Inference Protocol v2 → tensors and options. Tensors stand in its JSON, or behind it as bytes
 * (Triton's docs/protocol/extension_binary_data.md): in the order of the inputs, without anything between.
 */
import { pointerTo, RequestError } from '../../errors.ts';
import type { Memory } from '../../tensor/memory.ts';
import type { InputTensor, Precision } from '../../tensor/tensor.ts';
import { binaryTensor } from '../dtype.ts';
import { ElementBudget } from '../elements.ts';
import { readPrecision } from '../json/json.ts';
import { optionOfTensor } from '../option-tensors.ts';
import { optionsOfParameters } from '../option-texts.ts';
import { readSingles, withoutSingles } from '../singles.ts';
import type { CodecSetting, NonFinite, TensorRequest } from '../tensor-request.ts';
import { type Asked, readAsked } from './asked.ts';
import { fault, isObject } from './fault.ts';
import { type FrameParts, type InputParts, parametersOf, passData, type TakeData, walkFrame } from './frame.ts';
import { type Input, readInput, readInputs } from './inputs.ts';
import { type Reading, readListed, shapeOf, type Value } from './listed.ts';
import type { InferenceModel } from './models.ts';

/** A body, and how many bytes of it are JSON; undefined: all, and nothing says that any are not. */
export interface Frame {
  body: Uint8Array;
  jsonBytes: number | undefined;
}

export interface InferenceRequest {
  request: TensorRequest;
  asked: Asked;
}

/** @throws RequestError for everything that is not such a request of the model */
export function readInference(
  frame: Frame,
  model: InferenceModel,
  setting: CodecSetting,
  allocate: Memory,
): InferenceRequest {
  const walk = { frame, model, setting, allocate };
  let walked = walkOver(walk, undefined);
  const inputs = readInputs(walked.parts, model);
  checkBytes(frame, inputs);
  const { binary_data_output, content_type: _, ...parameters } = parametersOf(walked.parts.parameters);
  const asked = readAsked(walked.parts, flagOf(binary_data_output), model);
  const { options, singles } = withoutSingles(
    optionsOfParameters(parameters),
    model.tensors,
    'must be one of the inputs, not a parameter',
  );
  const precision = readPrecision(options.precision);
  if (options.tensor_format === 'base64') {
    const detail = 'tensor_format must be "nested" or "flat" here: outputs with binary_data come as bytes';
    throw new RequestError('invalid_option', detail, { pointer: pointerTo('tensor_format') });
  }
  if (asked.outputs !== undefined) {
    model.choose(
      options,
      asked.outputs.map(({ name }) => name),
    );
  }
  // Only a body whose data stand before their names or their precision is read twice.
  const isListed = ({ binaryBytes }: Input) => binaryBytes === undefined;
  const isRead = (input: Input) =>
    isSame(input, walked.values.get(input.index)?.as) && walked.reading.precision === precision;
  if (!inputs.filter(isListed).every(isRead)) walked = walkOver(walk, { precision, inputs });
  const { values, reading } = walked;
  const tensors = new Map<string, InputTensor>(
    readSingles(singles, { precision, fields: model.tensors, setting, allocate }),
  );
  let at = frame.jsonBytes ?? 0;
  for (const input of inputs) {
    const { name, binaryBytes } = input;
    if (tensors.has(name) || Object.hasOwn(options, name)) {
      throw new RequestError('conflicting_options', `${name} is an input and a parameter: send one of them`, {
        pointer: pointerTo(name),
      });
    }
    const value =
      binaryBytes === undefined
        ? values.get(input.index)?.value
        : binaryValue(frame.body, { ...input, start: at, end: at + binaryBytes }, reading, model);
    at += binaryBytes ?? 0;
    if (value instanceof RequestError) throw value;
    if (value === undefined) throw new Error(`the data of ${name} were not read`);
    if ('tensor' in value) tensors.set(name, value.tensor);
    else options[name] = value.option;
  }
  return { request: { precision, tensors, nonFinite: reading.nonFinite, options, form: 'flat' }, asked };
}

interface Walk {
  frame: Frame;
  model: InferenceModel;
  setting: CodecSetting;
  allocate: Memory;
}

interface Walked {
  parts: FrameParts;
  /** Of listed data that were read, by the index of their input. */
  values: ReadonlyMap<number, { as: Input; value: Value }>;
  reading: Reading;
}

/** Walks over the JSON and reads what data it can: in a first walk those whose input has said before what they are. */
function walkOver(
  { frame: { body, jsonBytes }, model, setting, allocate }: Walk,
  known: { precision: Precision; inputs: readonly Input[] } | undefined,
): Walked {
  if (jsonBytes !== undefined && jsonBytes > body.length) {
    throw fault(`Inference-Header-Content-Length is ${jsonBytes}, but the body has ${body.length} bytes`);
  }
  const values = new Map<number, { as: Input; value: Value }>();
  const nonFinite = new Map<string, NonFinite>();
  const reading: Reading = {
    precision: known?.precision ?? 'float32',
    budget: new ElementBudget(setting),
    nonFinite,
    allocate,
    allFinite: setting.allFinite,
  };
  const takeData: TakeData = (text, parts) => {
    const input = known === undefined ? inputSoFar(parts, model) : known.inputs[parts.index];
    // Of a member that stands there twice, the last counts.
    values.delete(parts.index);
    if (input === undefined || input.binaryBytes !== undefined) passData(text);
    else {
      nonFinite.delete(input.name);
      values.set(parts.index, { as: input, value: readListed(text, input, reading, model.tensors) });
    }
  };
  const checkEnd = ({ inputs = [] }: FrameParts) => {
    if (jsonBytes !== undefined) return;
    const binary = inputs.find(
      ({ parameters }) => isObject(parameters) && typeof parameters.binary_data_size === 'number',
    );
    if (binary === undefined) return;
    const missing = 'the header Inference-Header-Content-Length is missing, which says where the JSON ends';
    throw fault(`inputs[${binary.index}] has binary_data_size, but ${missing}`, 'inputs', binary.index);
  };
  const json = body.subarray(0, jsonBytes ?? body.length);
  return { parts: walkFrame(json, setting, { takeData, checkEnd }), values, reading };
}

/** Whether an input turned out to be what it was read as: a member may stand twice. */
function isSame({ name, datatype, shape }: Input, as: Input | undefined): boolean {
  return as?.name === name && as.datatype === datatype && as.shape.join() === shape.join();
}

/** An input whose data come next, when it has said before what they are. */
function inputSoFar(parts: InputParts, model: InferenceModel): Input | undefined {
  try {
    return readInput(parts, model);
  } catch (error) {
    // Whether that is a fault is known when all of it is.
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

/** The bytes behind the JSON are those that the inputs ask for. */
function checkBytes({ body, jsonBytes = body.length }: Frame, inputs: readonly Input[]): void {
  const needed = inputs.reduce((sum, { binaryBytes = 0 }) => sum + binaryBytes, 0);
  const found = body.length - jsonBytes;
  if (needed === found) return;
  throw fault(`${found} bytes stand behind the JSON, but the inputs ask for ${needed} by their binary_data_size`);
}

function flagOf(flag: unknown): boolean {
  if (flag === undefined || flag === null) return false;
  if (typeof flag === 'boolean') return flag;
  throw fault('binary_data_output must be true or false', 'parameters', 'binary_data_output');
}

function binaryValue(
  body: Uint8Array,
  { name, shape, is, start, end }: Input & { start: number; end: number },
  reading: Reading,
  { tensors }: InferenceModel,
): Value {
  if (is.kind === 'option') {
    return { option: optionOfTensor({ name, dtype: is.dtype, shape: [...shape], start, end }, body) };
  }
  const own = { ...reading, field: name, kind: tensors[name] };
  reading.nonFinite.delete(name);
  const bytes = new Uint8Array(body.buffer, body.byteOffset + start, end - start);
  return { tensor: binaryTensor(bytes, { dtype: is.dtype, shape: shapeOf({ shape }, own) }, own) };
}
