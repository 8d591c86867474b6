/** `.npy` → a tensor, or texts. */
import { type Bytes, bytesText, figure, missing, partOf } from '../bytes.ts';
import { swap } from '../elements.ts';
import { countOf, FileFault, type FileTensor, shapeText, type Texts } from '../tensor.ts';
import { type Described, describedBy } from './described.ts';
import { readNpyHeader } from './header.ts';
import { rowMajor } from './row-major.ts';
import { byteTexts, unicodeTexts } from './texts.ts';

/** Texts are read at once: tokens are few. */
const MOST_TEXTS = 1_000_000;
const MOST_TEXT_BYTES = 2 ** 26;

/** @throws FileFault where the file holds anything else, or lies about how much of it */
export async function openNpy(bytes: Bytes, name: string): Promise<FileTensor | Texts> {
  const { descr, isFortran, shape, dataStart } = await readNpyHeader(bytes);
  const described = describedBy(descr);
  const { size } = described;
  const count = countOf(shape);
  const needed = count * size;
  const what = `${shapeText(shape)} of “${descr}”`;
  if (!Number.isSafeInteger(needed)) throw new FileFault(`${what} is larger than any file.`);
  const there = bytes.size - dataStart;
  if (needed > there)
    throw missing(needed - there, `${what} needs ${bytesText(needed)}, and there are ${figure(there)}.`);
  if (needed < there)
    throw new FileFault(`There are ${bytesText(there - needed)} too many: ${what} needs ${bytesText(needed)}.`);
  const data = partOf(bytes, dataStart, needed);
  // One axis, or none, has one order.
  const ordered = isFortran && shape.length > 1 && count > 0 ? rowMajor(data, shape, size) : data;
  if (described.kind !== 'numbers') return textsOf(ordered, { name, shape, count, ...described });
  const { element, isBig } = described;
  const read = async (start: number, end: number) => {
    const piece = await ordered.read(start * size, end * size);
    return element.decode(isBig ? swap(piece, size) : piece);
  };
  return { name, dtype: element.dtype, shape, read };
}

interface OfTexts extends Described {
  name: string;
  shape: readonly number[];
  count: number;
}

async function textsOf(bytes: Bytes, { name, shape, count, kind, size, isBig }: OfTexts): Promise<Texts> {
  if (count > MOST_TEXTS || bytes.size > MOST_TEXT_BYTES)
    throw new FileFault(`${figure(count)} texts, ${bytesText(bytes.size)}, are more than are read here.`);
  const all = await bytes.read(0, bytes.size);
  if (kind === 'bytes') return { name, shape, texts: byteTexts(all, count, size) };
  return { name, shape, texts: unicodeTexts(isBig ? swap(all, 4) : all, count, size) };
}
