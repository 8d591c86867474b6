/** What the elements of an .npy array are (numpy.lib.format: `dtype.str`). */
import { pointerTo, RequestError } from '../../errors.ts';
import type { Dtype } from '../dtype.ts';
import { quoted } from '../unknown-field.ts';

/** How an element lies in its bytes. */
interface Laid {
  /** Bytes of an element. */
  width: number;
  /** Whether its most significant byte comes first. */
  isBigEndian: boolean;
}

export type NpyDtype = Laid &
  (
    | { kind: 'numbers'; dtype: Dtype }
    | { kind: 'integers'; isSigned: boolean }
    /** Texts of Python in UTF-32, or bytes. */
    | { kind: 'texts'; isUnicode: boolean }
  );

const NUMBERS: ReadonlyMap<string, Dtype> = new Map<string, Dtype>([
  ['f8', 'float64'],
  ['f4', 'float32'],
  ['f2', 'float16'],
  // NumPy has no bfloat16: ml_dtypes (JAX, TensorFlow) saves its own as two bytes without a meaning.
  ['V2', 'bfloat16'],
  ['b1', 'bool'],
]);
const INTEGER_WIDTHS = [1, 2, 4, 8];
/** Longer elements are no texts of a request. */
const MOST_TEXT = 2 ** 24;

const OFFERED = 'float32, float64, float16, bfloat16 (as ml_dtypes saves it), bool, integers, and texts for options';

/**
 * The dtype that the header of an array names; undefined: a record.
 * @throws RequestError `invalid_dtype`
 */
export function readNpyDtype(descr: string | undefined, field: string): NpyDtype {
  const found = descr === undefined ? undefined : dtypeOf(descr);
  if (found !== undefined) return found;
  throw new RequestError('invalid_dtype', reasonOf(descr, field), { pointer: pointerTo(field) });
}

function dtypeOf(descr: string): NpyDtype | undefined {
  if (descr === 'bfloat16') return { kind: 'numbers', dtype: 'bfloat16', width: 2, isBigEndian: false };
  const match = /^([<>|])([A-Za-z])(\d{1,9})$/.exec(descr);
  if (match === null) return undefined;
  const [, order, letter, digits] = match;
  const size = Number(digits);
  const isBigEndian = order === '>';
  const dtype = NUMBERS.get(letter + digits);
  if (dtype !== undefined) return { kind: 'numbers', dtype, width: size, isBigEndian };
  if ((letter === 'i' || letter === 'u') && INTEGER_WIDTHS.includes(size)) {
    return { kind: 'integers', isSigned: letter === 'i', width: size, isBigEndian };
  }
  const isUnicode = letter === 'U';
  if ((!isUnicode && letter !== 'S') || size > MOST_TEXT) return undefined;
  return { kind: 'texts', isUnicode, width: isUnicode ? 4 * size : size, isBigEndian };
}

function reasonOf(descr: string | undefined, field: string): string {
  if (descr === undefined) return `${field} is an array of records; send each of their fields as an array of its own`;
  if (descr.includes('O')) {
    return `${field} is an array of Python objects, which NumPy saves as a pickle, and pickles are never read: leave out what is None, and send lists of one length, or a text of JSON, such as json.dumps({"left": 4})`;
  }
  return `${field} has the dtype ${quoted(descr)}; there are ${OFFERED}`;
}
