/** Arrays as NumPy saves them (numpy.lib.format, version 1.0), little-endian and row by row. */
import type { Tensor } from '../../tensor/tensor.ts';

const DESCR: Readonly<Record<Tensor['dtype'], string>> = { float64: '<f8', float32: '<f4', bool: '|b1' };
const MAGIC = '\x93NUMPY\x01\x00';
/** Where elements begin is a multiple of it, so that readers can map them. */
const ALIGNMENT = 64;

/** A header, and the elements where they lie. */
export function npyPieces({ dtype, shape, data }: Tensor): Uint8Array[] {
  const elements = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [headerOf(DESCR[dtype], shape), elements];
}

/** A text as an array without dimensions. */
export function npyText(text: string): Uint8Array {
  const characters = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  // NumPy has no texts of no characters; it takes the zeros behind a text away.
  const length = Math.max(1, characters.length);
  const header = headerOf(`<U${length}`, []);
  const file = Buffer.alloc(header.length + 4 * length);
  file.set(header);
  for (const [i, character] of characters.entries()) file.writeUInt32LE(character, header.length + 4 * i);
  return file;
}

function headerOf(descr: string, shape: readonly number[]): Uint8Array {
  // A tuple of one ends in a comma.
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`;
  const before = MAGIC.length + 2;
  const bytes = Math.ceil((before + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(bytes, ' ');
  header.write(MAGIC, 0, 'latin1');
  header.writeUInt16LE(bytes - before, MAGIC.length);
  header.write(dictionary, before, 'latin1');
  header.write('\n', bytes - 1);
  return header;
}
