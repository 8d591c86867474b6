/** Sizes of 64 bits in a directory (APPNOTE.TXT 4.5.3): writers that do not know a size beforehand use them for small ones, too. */
import { notNpz } from './fault.ts';

export interface Sizes {
  bytes: number;
  storedBytes: number;
  start: number;
}

const ZIP64 = 0x0001;
const WIDE = 0xffffffff;

/**
 * The sizes of an entry, of which those that do not fit in 32 bits stand among its extra fields, [start, end) of `view`, in
 * this order.
 * @throws RequestError `invalid_npz`
 */
export function wideSizes(sizes: Sizes, view: DataView, start: number, end: number): Sizes {
  const wide = (['bytes', 'storedBytes', 'start'] as const).filter((name) => sizes[name] === WIDE);
  if (wide.length === 0) return sizes;
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    const fieldEnd = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) !== ZIP64 || fieldEnd > end || at + 4 + 8 * wide.length > fieldEnd) continue;
    const read = wide.map((name, i) => [name, Number(view.getBigUint64(at + 4 + 8 * i, true))]);
    return { ...sizes, ...Object.fromEntries(read) };
  }
  throw notNpz('a size in its directory is said to have 64 bits, and they are not there');
}
