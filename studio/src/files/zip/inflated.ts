/** Deflated bytes as those that they come to: the first of them at once, all of them when more is asked for. */
import { Inflate } from 'fflate';
import { type Bytes, bytesOf, bytesText, missing } from '../bytes.ts';
import { FileFault } from '../tensor.ts';
import { crc32 } from './crc32.ts';

interface Deflated {
  bytes: Bytes;
  /** What the archive says that they come to, and its checksum. */
  size: number;
  checksum: number;
}

/** How much an archive may come to, all its members together; shared by them. */
export interface Allowance {
  bytes: number;
}

/** Read at a time, and inflated at a time: a byte comes to 1,032 at most. */
const READ = 2 ** 18;
const PUSH = 2 ** 14;
/** The page gets its turn after so many bytes. */
const TURN = 2 ** 23;
/** Headers, and texts of few words, are in the first bytes. */
const HEAD = 2 ** 14;

export function inflated(deflated: Deflated, allowance: Allowance): Bytes {
  let head: Promise<Uint8Array> | undefined;
  let whole: Promise<Bytes> | undefined;
  return {
    size: deflated.size,
    read: async (start, end) => {
      if (end <= HEAD && end < deflated.size) {
        head ??= headOf(deflated);
        const first = await head;
        if (end > first.length) throw missing(end - first.length, 'the compressed bytes come to fewer.');
        return first.slice(start, end).buffer as ArrayBuffer;
      }
      whole ??= wholeOf(deflated, allowance);
      return (await whole).read(start, end);
    },
  };
}

/** Whether to go on, once so much came. */
type Take = (piece: Uint8Array) => boolean;

async function inflate(bytes: Bytes, take: Take): Promise<void> {
  let goesOn = true;
  let sinceTurn = 0;
  const stream = new Inflate((piece) => {
    sinceTurn += piece.length;
    if (goesOn) goesOn = take(piece);
  });
  for (let from = 0; from < bytes.size && goesOn; from += READ) {
    const read = new Uint8Array(await bytes.read(from, Math.min(bytes.size, from + READ)));
    for (let at = 0; at < read.length && goesOn; at += PUSH) {
      const isLast = from + at + PUSH >= bytes.size;
      try {
        stream.push(read.subarray(at, at + PUSH), isLast);
      } catch {
        throw new FileFault('The compressed bytes are damaged: they cannot be inflated.');
      }
      if (sinceTurn < TURN) continue;
      sinceTurn = 0;
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

async function headOf({ bytes }: Deflated): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD);
  let length = 0;
  await inflate(bytes, (piece) => {
    const part = piece.subarray(0, HEAD - length);
    head.set(part, length);
    length += part.length;
    return length < HEAD;
  });
  return head.subarray(0, length);
}

/** In a Blob, which the browser may keep outside of the page's memory. */
async function wholeOf({ bytes, size, checksum }: Deflated, allowance: Allowance): Promise<Bytes> {
  if (size > allowance.bytes)
    throw new FileFault(`Inflated it has ${bytesText(size)}, more than a page should hold: save it with np.savez.`);
  allowance.bytes -= size;
  const blobs: Blob[] = [];
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let sinceBlob = 0;
  let length = 0;
  let sum = 0;
  await inflate(bytes, (piece) => {
    length += piece.length;
    sum = crc32(sum, piece);
    // In memory of its own, as Inflate gives it.
    pieces.push(piece as Uint8Array<ArrayBuffer>);
    sinceBlob += piece.length;
    if (sinceBlob >= TURN) {
      blobs.push(new Blob(pieces));
      pieces = [];
      sinceBlob = 0;
    }
    return length <= size;
  });
  if (length > size) throw new FileFault(`The archive says ${bytesText(size)}, and there are more.`);
  if (length < size) throw missing(size - length, `the archive says ${bytesText(size)}.`);
  if (sum !== checksum) throw new FileFault('The compressed bytes are damaged: their checksum is another.');
  return bytesOf(new Blob([...blobs, ...pieces]));
}
