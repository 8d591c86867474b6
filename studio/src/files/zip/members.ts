/** The directory of a zip archive: APPNOTE.TXT 6.3.10 of PKWARE, 4.3.7 to 4.3.16 and 4.5.3. */
import { type Bytes, bytesText, figure, missing, partOf } from '../bytes.ts';
import { FileFault } from '../tensor.ts';

export interface Member {
  name: string;
  isDeflated: boolean;
  /** As it is in the archive. */
  bytes: Bytes;
  /** Once it is inflated. */
  size: number;
  checksum: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
/** What a field has whose value stands in the extra field of zip64. */
const ELSEWHERE = 0xffffffff;
const MOST_MEMBERS = 10_000;
const MOST_DIRECTORY = 2 ** 23;

export const isZip = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));

const long = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));
const damaged = (what: string): FileFault => new FileFault(`The archive is damaged: ${what}.`);

/** @throws FileFault where it is cut off, lies, or is closed by a method or a password */
export async function membersOf(bytes: Bytes): Promise<Member[]> {
  const { count, size, start } = await directoryOf(bytes);
  if (start + size > bytes.size) throw missing(start + size - bytes.size, 'its directory is not all there.');
  if (count > MOST_MEMBERS || size > MOST_DIRECTORY)
    throw new FileFault(
      `An archive of ${figure(count)} members, its directory of ${bytesText(size)}, is not read here.`,
    );
  const view = new DataView(await bytes.read(start, start + size));
  const members: Member[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > size || view.getUint32(at, true) !== ENTRY) throw damaged('its directory ends too early');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const end = at + 46 + nameLength + extraLength + commentLength;
    if (end > size) throw damaged('its directory ends too early');
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, nameLength));
    const sizes = sizesOf(view, at, new DataView(view.buffer, at + 46 + nameLength, extraLength));
    if (names.has(name)) throw damaged(`it has “${name}” twice`);
    names.add(name);
    members.push({ name, ...(await memberAt(bytes, { name, limit: start, ...sizes })) });
    at = end;
  }
  return members;
}

async function directoryOf(bytes: Bytes): Promise<{ count: number; size: number; start: number }> {
  // A comment may follow, as long as 16 bits can say.
  const from = Math.max(0, bytes.size - 22 - 0xffff - 20);
  const view = new DataView(await bytes.read(from, bytes.size));
  for (let at = view.byteLength - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const locator = at - 20;
    if (locator >= 0 && view.getUint32(locator, true) === LOCATOR_64)
      return directory64(bytes, long(view, locator + 8));
    return {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      start: view.getUint32(at + 16, true),
    };
  }
  throw new FileFault('The end of the archive is missing: it was cut off, or is still being written.');
}

async function directory64(bytes: Bytes, at: number): Promise<{ count: number; size: number; start: number }> {
  if (at + 56 > bytes.size) throw damaged('its directory is beyond its end');
  const view = new DataView(await bytes.read(at, at + 56));
  if (view.getUint32(0, true) !== END_64) throw damaged('its directory is not where it says');
  return { count: long(view, 32), size: long(view, 40), start: long(view, 48) };
}

interface Sizes {
  flags: number;
  method: number;
  checksum: number;
  packed: number;
  size: number;
  offset: number;
}

function sizesOf(view: DataView, at: number, extra: DataView): Sizes {
  let wide = wideOf(extra);
  const wider = (value: number): number => {
    if (value !== ELSEWHERE) return value;
    const [first, ...rest] = wide;
    if (first === undefined) throw damaged('a size is missing');
    wide = rest;
    return first;
  };
  // In this order, as far as they are elsewhere.
  const size = wider(view.getUint32(at + 24, true));
  const packed = wider(view.getUint32(at + 20, true));
  const offset = wider(view.getUint32(at + 42, true));
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  return { flags, method, checksum: view.getUint32(at + 16, true), packed, size, offset };
}

/** The numbers of 64 bits in the extra field of zip64. */
function wideOf(extra: DataView): number[] {
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const length = extra.getUint16(at + 2, true);
    const end = Math.min(extra.byteLength, at + 4 + length);
    if (extra.getUint16(at, true) === 1)
      return Array.from({ length: Math.floor((end - at - 4) / 8) }, (_, index) => long(extra, at + 4 + 8 * index));
    at = at + 4 + length;
  }
  return [];
}

async function memberAt(bytes: Bytes, of: Sizes & { name: string; limit: number }): Promise<Omit<Member, 'name'>> {
  const { name, limit, flags, method, checksum, packed, size, offset } = of;
  if ((flags & 1) !== 0) throw new FileFault(`“${name}” is closed by a password.`);
  if (method !== 0 && method !== 8)
    throw new FileFault(`“${name}” is compressed by a method (${method}) that NumPy does not write.`);
  if (offset + 30 > limit) throw damaged(`“${name}” is beyond its end`);
  const local = new DataView(await bytes.read(offset, offset + 30));
  if (local.getUint32(0, true) !== LOCAL) throw damaged(`“${name}” is not where it says`);
  // What else stands here may be zero, where the archive was written as a stream: the directory knows it.
  const start = offset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + packed > limit) throw missing(start + packed - limit, `“${name}” says that it has ${bytesText(packed)}.`);
  if (method === 0 && size !== packed) throw damaged(`“${name}” has two sizes`);
  return { isDeflated: method === 8, bytes: partOf(bytes, start, packed), size, checksum };
}
