/** Arrays in Fortran's order, their first axis running fastest → bytes whose last axis does, as all else here has them. */
import { type Bytes, bytesOf, bytesText } from '../bytes.ts';
import { countOf, FileFault } from '../tensor.ts';

/** What is turned is in memory while it is. */
const MOST_TURNED = 2 ** 28;
/** Read at a time. */
const PIECE = 2 ** 22;

/** The same numbers in the other order, turned when the first are read. */
export function rowMajor(bytes: Bytes, shape: readonly number[], size: number): Bytes {
  let turned: Promise<Bytes> | undefined;
  return {
    size: bytes.size,
    read: async (start, end) => {
      turned ??= turn(bytes, shape, size);
      return (await turned).read(start, end);
    },
  };
}

async function turn(bytes: Bytes, shape: readonly number[], size: number): Promise<Bytes> {
  if (bytes.size > MOST_TURNED)
    throw new FileFault(
      `The array is in Fortran's order, and with ${bytesText(bytes.size)} too large to be turned here: save np.ascontiguousarray(array).`,
    );
  const result = new Uint8Array(bytes.size);
  const walk = walker(shape);
  const count = countOf(shape);
  const pieceCount = Math.floor(PIECE / size);
  for (let from = 0; from < count; from += pieceCount) {
    const to = Math.min(count, from + pieceCount);
    const piece = new Uint8Array(await bytes.read(from * size, to * size));
    for (let at = 0; at < piece.length; at += size) {
      const place = walk() * size;
      for (let byte = 0; byte < size; byte++) result[place + byte] = piece[at + byte];
    }
  }
  return bytesOf(new Blob([result]));
}

/** In Fortran's order of a shape, one call a number, the places in row-major order. */
function walker(shape: readonly number[]): () => number {
  const strides = shape.map((_, axis) => countOf(shape.slice(axis + 1)));
  const index = shape.map(() => 0);
  let place = 0;
  return () => {
    const here = place;
    for (let axis = 0; axis < shape.length; axis++) {
      place += strides[axis];
      if (++index[axis] < shape[axis]) break;
      place -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
    return here;
  };
}
