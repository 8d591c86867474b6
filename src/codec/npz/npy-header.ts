/**
 * The header of an .npy array (numpy.lib.format, versions 1.0 to 3.0): a dictionary as Python prints it, read by its small grammar
 * and nothing else of Python.
 */
import { isUtf8 } from 'node:buffer';
import { pointerTo } from '../../errors.ts';
import { notNpz } from './fault.ts';

export interface NpyHeader {
  /** What NumPy calls the dtype, such as `<f4`; undefined for a record of several fields. */
  descr: string | undefined;
  isFortran: boolean;
  shape: number[];
  /** Where the elements begin. */
  dataStart: number;
}

const MAGIC = '\x93NUMPY';
/** As NumPy's own reader has it. */
const MOST_CHARACTERS = 10_000;

/** @throws RequestError `invalid_npz` */
export function readNpyHeader(bytes: Uint8Array, field: string): NpyHeader {
  const pointer = pointerTo(field);
  const broken = (why: string) => notNpz(`${field} ${why}`, { pointer });
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 12));
  if (head.length < 10 || head.toString('latin1', 0, 6) !== MAGIC) throw broken('is not an array of NumPy (.npy)');
  const version = head[6];
  if (version < 1 || version > 3 || head[7] !== 0) {
    throw broken(`is an array of the version ${version}.${head[7]}; those up to 3.0 are known`);
  }
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw broken('breaks off in its header');
  const length = version === 1 ? head.readUInt16LE(8) : head.readUInt32LE(8);
  if (start + length > bytes.length) throw broken('breaks off in its header');
  if (length > MOST_CHARACTERS) throw broken(`has a header of more than ${MOST_CHARACTERS} characters`);
  const text = Buffer.from(new Uint8Array(bytes.subarray(start, start + length)));
  if (version === 3 && !isUtf8(text)) throw broken('has a header that is not UTF-8');
  const dictionary = readDictionary(text.toString(version === 3 ? 'utf8' : 'latin1'));
  if (dictionary === undefined) {
    throw broken("has a header that is not a dictionary of 'descr', 'fortran_order' and 'shape' as NumPy writes it");
  }
  return { ...dictionary, dataStart: start + length };
}

/** One member: a text, a truth, or a tuple of whole numbers (of Python 2, with an L behind them); of a record its bracket. */
const MEMBER =
  /\s*(['"])(descr|fortran_order|shape)\1\s*:\s*(?:(['"])([^'"\\\n]*)\3|(True|False)|\(([\d\sL,]*)\)|(\[))\s*/y;

function readDictionary(text: string): Omit<NpyHeader, 'dataStart'> | undefined {
  const found = new Map<string, string | boolean | number[] | undefined>();
  if (!text.startsWith('{')) return undefined;
  let at = 1;
  while (!/^\s*\}\s*$/.test(text.slice(at))) {
    MEMBER.lastIndex = at;
    const match = MEMBER.exec(text);
    if (match === null) return undefined;
    const [whole, , name, , written, truth, dims, list] = match;
    if (found.has(name)) return undefined;
    // A record: what fields it has is not needed to refuse it.
    if (list !== undefined) return name === 'descr' ? { descr: undefined, isFortran: false, shape: [] } : undefined;
    found.set(name, written ?? (truth === undefined ? dimensionsOf(dims) : truth === 'True'));
    at += whole.length;
    if (text[at] === ',') at++;
    else if (text[at] !== '}') return undefined;
  }
  const [descr, isFortran, shape] = ['descr', 'fortran_order', 'shape'].map((name) => found.get(name));
  if (typeof descr !== 'string' || typeof isFortran !== 'boolean' || !Array.isArray(shape)) return undefined;
  return { descr, isFortran, shape };
}

/** A tuple of one ends in a comma; `(3)` is no tuple. */
function dimensionsOf(dims: string): number[] | undefined {
  const parts = dims.split(',').map((dim) => dim.trim());
  const last = parts.pop();
  if (last !== '' && parts.length === 0) return undefined;
  const all = last === undefined || last === '' ? parts : [...parts, last];
  if (!all.every((dim) => /^\d{1,16}L?$/.test(dim))) return undefined;
  const shape = all.map((dim) => Number(dim.replace('L', '')));
  return shape.every(Number.isSafeInteger) ? shape : undefined;
}
