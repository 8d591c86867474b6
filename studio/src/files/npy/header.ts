/** The header of a `.npy` file: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import { type Bytes, bytesText, missing } from '../bytes.ts';
import { FileFault } from '../tensor.ts';

export interface NpyHeader {
  /** Such as `<f4`. */
  descr: string;
  isFortran: boolean;
  shape: readonly number[];
  /** Where the numbers begin, in bytes. */
  dataStart: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Most headers are 128 bytes long; NumPy itself reads none of more than 10,000 characters. */
const FIRST_READ = 1024;
const MOST_HEADER = 2 ** 20;
/** Of NumPy 2. */
const MOST_AXES = 64;

export const isNpy = (head: Uint8Array): boolean => MAGIC.every((byte, index) => head[index] === byte);

/** @throws FileFault where it is none, or of something that is no array of numbers or texts */
export async function readNpyHeader(bytes: Bytes): Promise<NpyHeader> {
  const head = await bytes.read(0, Math.min(bytes.size, FIRST_READ));
  const first = new DataView(head);
  if (!isNpy(new Uint8Array(head))) throw new FileFault('This is no .npy: the bytes do not begin as one.');
  if (head.byteLength < 12) throw missing(12 - head.byteLength, 'the file ends within its header.');
  const version = first.getUint8(6);
  if (version < 1 || version > 3) throw new FileFault(`Version ${version} of .npy is not known; there are 1, 2 and 3.`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? first.getUint16(8, true) : first.getUint32(8, true);
  const dataStart = start + length;
  if (dataStart > bytes.size)
    throw missing(dataStart - bytes.size, `the header says that it is ${bytesText(length)} long.`);
  if (length > MOST_HEADER) throw new FileFault(`A header of ${bytesText(length)} is that of no array.`);
  const all = dataStart <= head.byteLength ? head : await bytes.read(0, dataStart);
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(new Uint8Array(all, start, length));
  return { ...parsed(text), dataStart };
}

/** A Python literal with three members; one made by hand may have them in any order. */
function parsed(header: string): Omit<NpyHeader, 'dataStart'> {
  const text = header.trim();
  const descr = /(['"])descr\1\s*:\s*(?:(['"])(?<one>[^'"]*)\2|(?<fields>[[(]))/.exec(text)?.groups;
  const order = /(['"])fortran_order\1\s*:\s*(?<is>True|False)\b/.exec(text)?.groups;
  const shape = /(['"])shape\1\s*:\s*\((?<sizes>[\dL,\s]*)\)/.exec(text)?.groups;
  if (!text.startsWith('{') || !text.endsWith('}') || !descr || !order || !shape)
    throw new FileFault('The header of the .npy cannot be read: it needs descr, fortran_order and shape.');
  if (descr.fields !== undefined)
    throw new FileFault('The array is structured: its fields are arrays of their own. Save each with np.save.');
  return { descr: descr.one ?? '', isFortran: order.is === 'True', shape: sizesOf(shape.sizes) };
}

function sizesOf(text: string): number[] {
  // Python 2 wrote (5L, 4L).
  const sizes = text.split(',').map((size) => size.trim().replace(/L$/, ''));
  if (sizes.at(-1) === '') sizes.pop();
  if (!sizes.every((size) => /^\d{1,15}$/.test(size)) || sizes.length > MOST_AXES)
    throw new FileFault(`(${text.slice(0, 100)}) is no shape.`);
  return sizes.map(Number);
}
