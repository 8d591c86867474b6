/** A JSON body → tensors and options. */

import { pointerTo, RequestError } from '../../errors.ts';
import type { Memory } from '../../tensor/memory.ts';
import type { Precision, Tensor } from '../../tensor/tensor.ts';
import { ElementBudget } from '../elements.ts';
import type { CodecSetting, NonFinite, TensorFields, TensorForm, TensorRequest } from '../tensor-request.ts';
import { type ReadTensor, readTensor } from './json-tensor.ts';
import { JsonText } from './json-text.ts';

const OPEN_OBJECT = 0x7b;
const LETTER_N = 0x6e;

/** Reads a request in JSON: RFC 8259, UTF-8. Throws a RequestError for everything that is not one. */
export function readJson(
  body: Uint8Array,
  fields: TensorFields,
  setting: CodecSetting,
  allocate: Memory,
): TensorRequest<Tensor> {
  const reading = { body, fields, setting, allocate };
  let members = readMembers(reading, undefined);
  const precision = readPrecision(members.options.precision);
  // Only a body that asks for float64 behind its tensors is read twice.
  if (members.precisions.some((read) => read !== precision)) members = readMembers(reading, precision);
  const tensors = new Map<string, Tensor>();
  let form: TensorForm = 'nested';
  for (const [field, read] of members.tensors) {
    if (read === undefined) continue;
    if (read instanceof RequestError) throw read;
    tensors.set(field, read.tensor);
    if (field === 'query') form = read.form;
  }
  return { precision, tensors, nonFinite: members.nonFinite, options: members.options, form };
}

/** The precision that decides how the tensors are read; the other options are checked later. */
export function readPrecision(precision: unknown): Precision {
  if (precision === undefined || precision === null || precision === 'float32') return 'float32';
  if (precision === 'float64') return 'float64';
  throw new RequestError('invalid_option', 'precision must be "float32" or "float64"', {
    pointer: pointerTo('precision'),
  });
}

interface Reading {
  body: Uint8Array;
  fields: TensorFields;
  setting: CodecSetting;
  allocate: Memory;
}

/** The members of a body; of a name that stands there twice the last, as JSON.parse has it. */
interface Members {
  tensors: Map<string, ReadTensor | undefined>;
  nonFinite: Map<string, NonFinite>;
  /** The precisions in which tensors were read. */
  precisions: Precision[];
  options: Record<string, unknown>;
}

/** Walks over a body once. Without a precision, tensors are read in the one that the body has named before them. */
function readMembers({ body, fields, setting, allocate }: Reading, known: Precision | undefined): Members {
  const text = new JsonText(body, setting);
  if (text.peek() !== OPEN_OBJECT) {
    text.pass(0);
    text.finish();
    throw new RequestError('not_an_object', 'The body must be a JSON object with tensors and options as its fields');
  }
  const budget = new ElementBudget(setting);
  const nonFinite = new Map<string, NonFinite>();
  const members: Members = { tensors: new Map(), nonFinite, precisions: [], options: Object.create(null) };
  for (let field = text.nextMember(1); field !== undefined; field = text.nextMember(1)) {
    if (!Object.hasOwn(fields, field)) {
      members.options[field] = JSON.parse(text.pass(1));
      continue;
    }
    // Of a name that stands there twice, the last counts.
    nonFinite.delete(field);
    if (text.peek() === LETTER_N) {
      // PyTorch's None: not given. Nothing else begins so.
      members.tensors.set(field, undefined);
      text.pass(1);
      continue;
    }
    const precision = known ?? (members.options.precision === 'float64' ? 'float64' : 'float32');
    members.precisions.push(precision);
    const reading = {
      field,
      kind: fields[field],
      precision,
      budget,
      nonFinite,
      allocate,
      allFinite: setting.allFinite,
    };
    members.tensors.set(field, readTensor(text, reading));
  }
  text.finish();
  return members;
}
