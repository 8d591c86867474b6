/** Zip archives and arrays of NumPy written by hand, after their specifications, so that each part of them can lie. */
import { crc32, deflateRawSync } from 'node:zlib';

/** A member, and what its headers claim in place of the truth. */
export interface HandMember {
  name: string;
  data: Uint8Array;
  method?: number;
  flags?: number;
  bytes?: number;
  storedBytes?: number;
  crc?: number;
  /** Where the directory says that its header lies. */
  start?: number;
  localName?: string;
  localBytes?: number;
  /** Extra fields of the entry of the directory. */
  extra?: Uint8Array;
  /** What stands in the archive, in place of the data as the method has it. */
  stored?: Uint8Array;
}

/** What the end of the directory claims in place of the truth. */
export interface HandEnd {
  count?: number;
  bytes?: number;
  start?: number;
  disk?: number;
  comment?: string;
}

/** Fields of a header, each with its bytes. */
function little(...fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}

export function zip(members: readonly HandMember[], end: HandEnd = {}): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const { name, data, method = 0, flags = 0, localName = name, extra = Buffer.alloc(0) } = member;
    const stored = member.stored ?? (method === 8 ? deflateRawSync(data) : data);
    const { bytes = data.length, storedBytes = stored.length, crc = crc32(data), localBytes = bytes } = member;
    const about = (size: number) =>
      little([2, flags], [2, method], [4, 0x210000], [4, crc], [4, storedBytes], [4, size]);
    const local = [little([4, 0x04034b50], [2, 20]), about(localBytes), little([2, localName.length], [2, 0])];
    const file = Buffer.concat([...local, Buffer.from(localName, 'latin1'), stored]);
    const entry = [
      little([4, 0x02014b50], [2, 20], [2, 20]),
      about(bytes),
      little([2, name.length], [2, extra.length]),
    ];
    const place = little([2, 0], [2, 0], [2, 0], [4, 0], [4, member.start ?? at]);
    directory.push(Buffer.concat([...entry, place, Buffer.from(name, 'latin1'), extra]));
    files.push(file);
    at += file.length;
  }
  const entries = Buffer.concat(directory);
  const { count = members.length, bytes = entries.length, start = at, disk = 0, comment = '' } = end;
  const tail = little([4, 0x06054b50], [2, disk], [2, disk], [2, count], [2, count], [4, bytes], [4, start]);
  return Buffer.concat([...files, entries, tail, little([2, comment.length]), Buffer.from(comment)]);
}

/** An array with this header, or that of a plain one. */
export function npy(
  header: string | { descr: string; shape: readonly number[]; fortran?: boolean },
  data: ArrayBufferView,
) {
  const text =
    typeof header === 'string'
      ? header
      : `{'descr': '${header.descr}', 'fortran_order': ${header.fortran ? 'True' : 'False'}, 'shape': (${header.shape.map((dim) => `${dim},`).join('')}), }\n`;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    little([2, text.length]),
    Buffer.from(text),
    bytes,
  ]);
}

/** A member of numbers. */
export function floats(field: string, shape: readonly number[], numbers: readonly number[]): HandMember {
  return { name: `${field}.npy`, data: npy({ descr: '<f4', shape }, Float32Array.from(numbers)) };
}

/** A text as NumPy has it. */
export function text(field: string, value: string): HandMember {
  const characters = Uint32Array.from(value, (character) => character.codePointAt(0) ?? 0);
  return { name: `${field}.npy`, data: npy({ descr: `<U${characters.length}`, shape: [] }, characters) };
}

/** The smallest request. */
export const REQUEST: readonly HandMember[] = ['query', 'key', 'value'].map((field) => floats(field, [1, 2], [1, 0.5]));
