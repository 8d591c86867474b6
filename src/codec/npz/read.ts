/** A request as an archive of NumPy (.npz): tensors by their names, and options as arrays of their names. */
import { pointerTo, RequestError } from '../../errors.ts';
import type { Memory } from '../../tensor/memory.ts';
import type { InputTensor } from '../../tensor/tensor.ts';
import { ElementBudget } from '../elements.ts';
import { readPrecision } from '../json/json.ts';
import { readSingles } from '../singles.ts';
import type { CodecSetting, NonFinite, TensorFields, TensorRequest } from '../tensor-request.ts';
import { quoted, unknownTensors } from '../unknown-field.ts';
import { notNpz } from './fault.ts';
import { type NpyArray, readNpyArray } from './npy-array.ts';
import { optionOfArray } from './npy-option.ts';
import { tensorOfArray } from './npy-tensor.ts';
import { readDirectory } from './zip-directory.ts';
import { locateMembers, memberBytes, type ZipMember } from './zip-member.ts';

export interface NpzSetting extends CodecSetting {
  /** The names of the options of the route. */
  optionNames: ReadonlySet<string>;
  /** What all members may come to once they are inflated. */
  maxBodyBytes: number;
}

/** A member and the field that it is. */
interface Field {
  field: string;
  member: ZipMember;
}

/**
 * Reads a request of NumPy. Tensors of stored members that can stay where they are, see dtype.ts, are views of `body`; of
 * compressed ones one at a time is inflated, none before all claims of the archive are known to be within the limits.
 * @throws RequestError `invalid_npz`, `body_too_large`, and for everything that is not a request
 */
export function readNpz(body: Uint8Array, fields: TensorFields, setting: NpzSetting, allocate: Memory): TensorRequest {
  const members = fieldsOf(body, fields, setting);
  const isTensor = ({ field }: Field) => Object.hasOwn(fields, field);
  const options: Record<string, unknown> = Object.create(null);
  const arrayOf = ({ field, member }: Field) => readNpyArray(memberBytes(body, member), field);
  let textBytes = 0;
  const optionOf = (array: NpyArray) => {
    if (array.shape.length === 0 && array.dtype.kind === 'texts') textBytes += array.data.length;
    if (textBytes > MOST_TEXT_BYTES) throw tooLong('texts', textBytes, MOST_TEXT_BYTES);
    return optionOfArray(array);
  };
  for (const own of members.filter((own) => !isTensor(own))) options[own.field] = optionOf(arrayOf(own));
  const telling = members.find(({ field }) => field === setting.precisionOf);
  const told = telling && arrayOf(telling);
  const precision = readPrecision(options.precision ?? (told !== undefined && isFloat64(told) ? 'float64' : undefined));
  const budget = new ElementBudget(setting);
  const nonFinite = new Map<string, NonFinite>();
  const tensors = new Map<string, InputTensor>();
  for (const own of members.filter(isTensor)) {
    const { field, member } = own;
    const array = own === telling && told !== undefined ? told : arrayOf(own);
    const kind = fields[field];
    if (kind.single && array.dtype.kind === 'texts') {
      const single = readSingles({ [field]: optionOf(array) }, { precision, fields, setting, allocate });
      for (const [name, tensor] of single) tensors.set(name, tensor);
      continue;
    }
    const reading = { field, kind, precision, budget, nonFinite, allocate, allFinite: setting.allFinite };
    const hasMaskType = (options[`${field}_type`] ?? null) !== null;
    tensors.set(field, tensorOfArray(array, reading, { isBody: !member.isDeflated, hasMaskType }));
  }
  return { precision, tensors, nonFinite, options, form: 'nested' };
}

function isFloat64({ dtype }: NpyArray): boolean {
  return dtype.kind === 'numbers' && dtype.dtype === 'float64';
}

const ARRAY = '.npy';
/** Bytes of all options together; the names of all rows, columns and heads have less, as NumPy pads them. */
const MOST_OPTION_BYTES = 2 ** 24;
/** Of those that are texts to be read: 2^20 characters, as the header of a safetensors file may have. */
const MOST_TEXT_BYTES = 2 ** 22;

function tooLong(what: string, bytes: number, most: number): RequestError {
  return new RequestError(
    'too_complex',
    `the ${what} of the options have ${bytes} bytes; no request needs more than ${most}`,
  );
}

/** The members by their fields, when all of them are ones of the route and what they claim is within the limits. */
function fieldsOf(body: Uint8Array, fields: TensorFields, { optionNames, maxBodyBytes }: NpzSetting): Field[] {
  const { entries, directoryStart } = readDirectory(body);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > maxBodyBytes) {
    const detail = `the members of the archive claim ${bytes} bytes together, and a body may have ${maxBodyBytes}, compressed or not`;
    throw new RequestError('body_too_large', detail);
  }
  const members = locateMembers(body, entries, directoryStart).map((member) => ({ field: fieldOf(member), member }));
  const isTensor = ({ field }: Field) => Object.hasOwn(fields, field);
  const isOption = ({ field }: Field) => optionNames.has(field);
  const unknown = members.filter((member) => !isTensor(member) && !isOption(member)).map(({ field }) => field);
  if (unknown.length > 0) throw unknownArrays(unknown, members, Object.keys(fields), optionNames);
  const optionBytes = members.filter(isOption).reduce((sum, { member }) => sum + member.bytes, 0);
  if (optionBytes > MOST_OPTION_BYTES) {
    throw tooLong('arrays', optionBytes, MOST_OPTION_BYTES);
  }
  return members;
}

/** Names are fields and nothing else: none is ever a path. */
function fieldOf({ name }: ZipMember): string {
  if (name.endsWith(ARRAY)) return name.slice(0, -ARRAY.length);
  const isTorch = name.endsWith('.pkl');
  const hint = isTorch ? ', but a pickle, as torch.save writes it, which is never read' : '';
  throw notNpz(`its member ${quoted(name)} is no array of NumPy (${ARRAY})${hint}; np.savez writes what is read here`);
}

function unknownArrays(
  unknown: readonly string[],
  members: readonly Field[],
  tensors: readonly string[],
  options: Iterable<string>,
): RequestError {
  const unnamed = unknown.find((name) => /^arr_\d+$/.test(name));
  if (unnamed === undefined)
    return unknownTensors(unknown, new Set(members.map(({ field }) => field)), tensors, options);
  const detail = `${unnamed} is what NumPy calls an array without a name: give each its own, np.savez("dump.npz", query=q, key=k, value=v)`;
  return new RequestError('unknown_field', detail, { pointer: pointerTo(unnamed) });
}
