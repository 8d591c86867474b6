/** The bytes of a member of a zip archive: a view of the body where it is stored, and inflated up to its claim where it is not. */

import { crc32, inflateRawSync } from 'node:zlib';
import { quoted } from '../unknown-field.ts';
import { notNpz } from './fault.ts';
import { textOf, type ZipEntry } from './zip-directory.ts';

/** A member with the place of its bytes in the archive. */
export interface ZipMember extends ZipEntry {
  dataStart: number;
}

const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const SIZES_FOLLOW = 8;
const WIDE = 0xffffffff;

/**
 * Finds the bytes of each member behind its local header (APPNOTE.TXT 4.3.7), which must say what the directory says: readers
 * that believe one or the other would see different archives. Members must not overlap.
 * @throws RequestError `invalid_npz`
 */
export function locateMembers(body: Uint8Array, entries: readonly ZipEntry[], directoryStart: number): ZipMember[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const members = entries.map((entry) => ({ ...entry, dataStart: dataStartOf(view, entry, directoryStart) }));
  let end = 0;
  for (const { name, start, dataStart, storedBytes } of members.toSorted((a, b) => a.start - b.start)) {
    if (start < end) throw notNpz(`its member ${quoted(name)} overlaps another one`);
    end = dataStart + storedBytes;
  }
  return members;
}

function dataStartOf(view: DataView, entry: ZipEntry, limit: number): number {
  const { name, start, storedBytes, bytes, crc, isDeflated } = entry;
  const nameStart = start + LOCAL_BYTES;
  if (nameStart > limit || view.getUint32(start, true) !== LOCAL_SIGNATURE) {
    throw notNpz(`its member ${quoted(name)} does not lie where the directory says`);
  }
  const flags = view.getUint16(start + 6, true);
  const nameEnd = nameStart + view.getUint16(start + 26, true);
  const dataStart = nameEnd + view.getUint16(start + 28, true);
  if (dataStart + storedBytes > limit) throw notNpz(`its member ${quoted(name)} reaches into the directory`);
  const areLater = (flags & SIZES_FOLLOW) !== 0;
  const says = (at: number, size: number) => {
    const told = view.getUint32(start + at, true);
    return told === size || told === WIDE || (areLater && told === 0);
  };
  const isSame =
    textOf(view, nameStart, nameEnd, flags) === name &&
    view.getUint16(start + 8, true) === (isDeflated ? 8 : 0) &&
    says(14, crc) &&
    says(18, storedBytes) &&
    says(22, bytes);
  if (!isSame) throw notNpz(`the header of its member ${quoted(name)} and the directory say different things`);
  return dataStart;
}

/**
 * The bytes of a member, as they were before they were put in.
 * @throws RequestError `invalid_npz` where they are not what the directory says
 */
export function memberBytes(body: Uint8Array, member: ZipMember): Uint8Array {
  const { name, dataStart, storedBytes, isDeflated, crc } = member;
  const stored = new Uint8Array(body.buffer, body.byteOffset + dataStart, storedBytes);
  const bytes = isDeflated ? inflated(stored, member) : stored;
  if (crc32(bytes) !== crc) throw notNpz(`the bytes of its member ${quoted(name)} are not those that its CRC is of`);
  return bytes;
}

/** zlib wants that much at least. */
const LEAST_CHUNK = 64;

function inflated(stored: Uint8Array, { name, bytes }: ZipMember): Uint8Array {
  const lie = () => notNpz(`its member ${quoted(name)} does not inflate to the ${bytes} bytes that it claims`);
  let whole: Uint8Array;
  try {
    // One byte more than can come, so that nothing is allocated twice; what exceeds the claim ends it there.
    whole = inflateRawSync(stored, {
      maxOutputLength: Math.max(1, bytes),
      chunkSize: Math.max(LEAST_CHUNK, bytes + 1),
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE' || code.startsWith('Z_')) throw lie();
    throw error;
  }
  if (whole.length !== bytes) throw lie();
  return whole;
}
