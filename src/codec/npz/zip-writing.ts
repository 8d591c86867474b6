/** The headers of a zip archive (PKWARE APPNOTE.TXT 4.3.7, 4.3.12 and 4.3.16) whose members are stored. */

export interface WrittenMember {
  /** In ASCII. */
  name: string;
  crc: number;
  bytes: number;
  /** Where its local header begins. */
  start: number;
}

/** 2.0, as for everything without features of later versions. */
const VERSION = 20;
/** 1 January 1980, the first day that the format has: the same request gives the same bytes. */
const DATE = 0x21;

export function writeLocalHeader({ name, crc, bytes }: WrittenMember): Uint8Array {
  const header = Buffer.alloc(30 + name.length);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(VERSION, 4);
  writeSizes(header, 12, { crc, bytes });
  header.writeUInt16LE(name.length, 26);
  header.write(name, 30, 'latin1');
  return header;
}

export function writeDirectoryEntry({ name, crc, bytes, start }: WrittenMember): Uint8Array {
  const entry = Buffer.alloc(46 + name.length);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(VERSION, 4);
  entry.writeUInt16LE(VERSION, 6);
  writeSizes(entry, 14, { crc, bytes });
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt32LE(start, 42);
  entry.write(name, 46, 'latin1');
  return entry;
}

/** Date, checksum and both sizes stand in the same order in both headers; the time before them is midnight. */
function writeSizes(header: Buffer, at: number, { crc, bytes }: Pick<WrittenMember, 'crc' | 'bytes'>): void {
  header.writeUInt16LE(DATE, at);
  header.writeUInt32LE(crc, at + 2);
  header.writeUInt32LE(bytes, at + 6);
  header.writeUInt32LE(bytes, at + 10);
}

/** What stands at the end, behind `count` entries of `bytes` bytes that begin at `start`. */
export function directoryEnd({ count, bytes, start }: { count: number; bytes: number; start: number }): Uint8Array {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(start, 16);
  return end;
}
