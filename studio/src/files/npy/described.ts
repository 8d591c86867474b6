/** NumPy's descriptions of what an array holds, such as `<f4` → the element and its byte order. */
import { ELEMENTS, type Element } from '../elements.ts';
import { FileFault } from '../tensor.ts';

export interface Described {
  kind: 'numbers' | 'unicode' | 'bytes';
  isBig: boolean;
  /** Of one element, in bytes. */
  size: number;
  /** Of numbers. */
  element: Element;
}

const NUMBERS: Readonly<Record<string, Element>> = {
  f8: ELEMENTS.float64,
  f4: ELEMENTS.float32,
  f2: ELEMENTS.float16,
  // As ml_dtypes writes bfloat16: two bytes that NumPy itself does not know.
  V2: ELEMENTS.bfloat16,
  i8: ELEMENTS.int64,
  i4: ELEMENTS.int32,
  i2: ELEMENTS.int16,
  i1: ELEMENTS.int8,
  u8: ELEMENTS.uint64,
  u4: ELEMENTS.uint32,
  u2: ELEMENTS.uint16,
  u1: ELEMENTS.uint8,
  b1: ELEMENTS.bool,
  '?': ELEMENTS.bool,
};

/** What is refused, by the letter, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  O: 'An object array is a pickle, which nobody should open; save numbers with their dtype, and texts as a list of str.',
  c: 'The numbers are complex; save array.real and array.imag.',
  f: 'Floats of this size differ from machine to machine; save array.astype("float64").',
  M: 'The array holds dates, and no numbers.',
  m: 'The array holds spans of time, and no numbers.',
  V: 'The array holds raw bytes whose meaning the file does not say; save array.astype("float32").',
};

/** @throws FileFault of what holds neither numbers nor texts */
export function describedBy(descr: string): Described {
  const { order, letter, size } =
    /^(?<order>[<>=|]?)(?<letter>[a-zA-Z?])(?<size>\d{0,9})(?:\[.*\])?$/.exec(descr)?.groups ?? {};
  const isBig = order === '>';
  const element = NUMBERS[`${letter}${size}`];
  if (element !== undefined) return { kind: 'numbers', isBig, size: element.size, element };
  // The element of texts is never asked.
  if (letter === 'U') return { kind: 'unicode', isBig, size: 4 * Number(size), element: ELEMENTS.uint32 };
  if (letter === 'S' || letter === 'a') return { kind: 'bytes', isBig, size: Number(size), element: ELEMENTS.uint8 };
  throw new FileFault(REFUSED[letter ?? ''] ?? `An array of “${descr.slice(0, 40)}” holds no numbers that are known.`);
}
