/** The header of a `.safetensors` file: https://github.com/huggingface/safetensors#format */
import { type Bytes, bytesText, missing } from '../bytes.ts';
import { ELEMENTS, type Element } from '../elements.ts';
import { countOf, FileFault, shapeText } from '../tensor.ts';

export interface Entry {
  name: string;
  element: Element;
  shape: readonly number[];
  /** In bytes of what follows the header, the end excluded. */
  from: number;
  to: number;
}

export interface SafetensorsHeader {
  entries: readonly Entry[];
  metadata: readonly (readonly [string, string])[];
  dataStart: number;
}

/** Those of models with thousands of tensors have less than a tenth. */
const MOST_HEADER = 2 ** 24;
const MOST_AXES = 64;

const DTYPES: ReadonlyMap<string, Element> = new Map(
  Object.entries({
    F64: ELEMENTS.float64,
    F32: ELEMENTS.float32,
    F16: ELEMENTS.float16,
    BF16: ELEMENTS.bfloat16,
    F8_E5M2: ELEMENTS.float8_e5m2,
    F8_E4M3: ELEMENTS.float8_e4m3fn,
    I64: ELEMENTS.int64,
    U64: ELEMENTS.uint64,
    I32: ELEMENTS.int32,
    U32: ELEMENTS.uint32,
    I16: ELEMENTS.int16,
    U16: ELEMENTS.uint16,
    I8: ELEMENTS.int8,
    U8: ELEMENTS.uint8,
    BOOL: ELEMENTS.bool,
  }),
);

/** @throws FileFault where it cannot be read, or lies about what follows it */
export async function readSafetensorsHeader(bytes: Bytes): Promise<SafetensorsHeader> {
  if (bytes.size < 8) throw missing(8 - bytes.size, 'the file ends within the length of its header.');
  const length = Number(new DataView(await bytes.read(0, 8)).getBigUint64(0, true));
  const dataStart = 8 + length;
  if (dataStart > bytes.size)
    throw missing(dataStart - bytes.size, `the header says that it is ${bytesText(length)} long.`);
  if (length > MOST_HEADER) throw new FileFault(`A header of ${bytesText(length)} is not read here.`);
  const { __metadata__: metadata = {}, ...tensors } = parsed(await bytes.read(8, dataStart));
  const entries = Object.entries(tensors).map(([name, value]) => entryOf(name, value));
  checkPlaces(entries, bytes.size - dataStart);
  return { entries, metadata: metadataOf(metadata), dataStart };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(bytes: ArrayBuffer): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isObject(header)) return header;
  } catch {
    // Said below: of no use is where in a header nobody wrote by hand.
  }
  throw new FileFault('The header of the .safetensors cannot be read: it is no JSON object.');
}

function metadataOf(metadata: unknown): (readonly [string, string])[] {
  if (!isObject(metadata)) throw new FileFault('__metadata__ is no object of texts.');
  return Object.entries(metadata).map(([name, value]) => {
    if (typeof value !== 'string') throw new FileFault(`__metadata__ has “${name}”, which is no text.`);
    return [name, value] as const;
  });
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function entryOf(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  const element = DTYPES.get(String(dtype));
  if (element === undefined)
    throw new FileFault(`${name}: the dtype “${String(dtype).slice(0, 40)}” is not known here.`);
  if (!Array.isArray(shape) || shape.length > MOST_AXES || !shape.every(isSize))
    throw new FileFault(`${name}: its shape is no list of sizes.`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize) || offsets[0] > offsets[1])
    throw new FileFault(`${name}: its data_offsets are no two places.`);
  const needed = countOf(shape) * element.size;
  const [from, to] = offsets;
  if (to - from !== needed)
    throw new FileFault(
      `${name}: ${shapeText(shape)} ${element.dtype} needs ${bytesText(needed)}, and the header gives it ${bytesText(to - from)}.`,
    );
  return { name, element, shape, from, to };
}

/** The format leaves no hole, and gives no byte to two. */
function checkPlaces(entries: readonly Entry[], there: number): void {
  let end = 0;
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < end) throw new FileFault(`${name}: it overlaps the tensor before it by ${bytesText(end - from)}.`);
    if (from > end) throw new FileFault(`${name}: ${bytesText(from - end)} before it belong to no tensor.`);
    end = to;
  }
  if (end > there) throw missing(end - there, `the header says that its tensors have ${bytesText(end)}.`);
  if (end < there) throw new FileFault(`There are ${bytesText(there - end)} too many: they belong to no tensor.`);
}
