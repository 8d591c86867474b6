/**
 * The directory at the end of a zip archive (PKWARE APPNOTE.TXT 4.3.12 and 4.3.16), which alone says what is in it: each of its
 * claims is held against the body before anything is read or allocated by it.
 */

import { RequestError } from '../../errors.ts';
import { notArchive } from '../foreign.ts';
import { quoted } from '../unknown-field.ts';
import { notNpz } from './fault.ts';
import { wideSizes } from './zip-wide.ts';

/** A member as the directory describes it. */
export interface ZipEntry {
  name: string;
  isDeflated: boolean;
  /** CRC-32 of its bytes. */
  crc: number;
  /** Its bytes in the archive. */
  storedBytes: number;
  /** Its bytes as they were. */
  bytes: number;
  /** Where its local header begins. */
  start: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MOST_COMMENT = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const UTF8 = 0x800;
/** Deflate makes 258 bytes of two bits at best (RFC 1951 section 3.2.5): a claim beyond that is a lie. */
const MOST_RATIO = 1032;
/** More than any route has tensors and options. */
const MOST_MEMBERS = 128;

/** @throws RequestError `invalid_npz`, `too_complex` */
export function readDirectory(body: Uint8Array): { entries: ZipEntry[]; directoryStart: number } {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const end = findEnd(view, body);
  const count = view.getUint16(end + 10, true);
  const bytes = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || bytes === 0xffffffff || start === 0xffffffff) {
    throw notNpz('its directory is that of an archive of 4 GiB or 65,535 members (zip64), which no request is');
  }
  if (view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) {
    throw notNpz('it is one part of an archive that is spread over several');
  }
  if (start + bytes !== end) throw notNpz('its directory does not lie where its end says');
  if (count > MOST_MEMBERS) {
    throw new RequestError(
      'too_complex',
      `the archive has ${count} members, and no request has more than ${MOST_MEMBERS}`,
    );
  }
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = start;
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(view, at, end);
    if (names.has(entry.name)) throw notNpz(`it has two members of the name ${quoted(entry.name)}`);
    names.add(entry.name);
    entries.push(entry);
    at = next;
  }
  if (at !== end) throw notNpz('its directory holds more than the members that its end counts');
  return { entries, directoryStart: start };
}

/** The end of the directory stands last, but for a comment that reaches to the end of the body. */
function findEnd(view: DataView, body: Uint8Array): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MOST_COMMENT); at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw notNpz(
    notArchive(body) ??
      'the directory that ends a zip archive is not there; it may be cut, or be followed by other bytes',
  );
}

function readEntry(view: DataView, at: number, end: number): { entry: ZipEntry; next: number } {
  const cut = () => notNpz('its directory breaks off inside of an entry');
  if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY_SIGNATURE) throw cut();
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const next = extraEnd + view.getUint16(at + 32, true);
  if (next > end) throw cut();
  const name = textOf(view, at + ENTRY_BYTES, nameEnd, flags);
  const claims = {
    bytes: view.getUint32(at + 24, true),
    storedBytes: view.getUint32(at + 20, true),
    start: view.getUint32(at + 42, true),
  };
  const sizes = wideSizes(claims, view, nameEnd, extraEnd);
  const { bytes, storedBytes } = sizes;
  if (flags & ENCRYPTED) throw notNpz(`its member ${quoted(name)} is encrypted`);
  if (method !== STORED && method !== DEFLATED) {
    throw notNpz(`its member ${quoted(name)} is compressed by method ${method}; NumPy stores (0) or deflates (8)`);
  }
  const isPossible = method === STORED ? bytes === storedBytes : bytes <= storedBytes * MOST_RATIO;
  if (!isPossible || storedBytes > view.byteLength) {
    throw notNpz(
      `its member ${quoted(name)} claims ${bytes} bytes, which its ${storedBytes} bytes in the archive cannot be`,
    );
  }
  const entry = { name, isDeflated: method === DEFLATED, crc: view.getUint32(at + 16, true), ...sizes };
  return { entry, next };
}

/** A name; as NumPy's are field names, other characters than ASCII only need to stay apart. */
export function textOf({ buffer, byteOffset }: DataView, start: number, end: number, flags: number): string {
  return Buffer.from(buffer, byteOffset + start, end - start).toString(flags & UTF8 ? 'utf8' : 'latin1');
}
