/** Tensors → an archive of NumPy, as np.savez writes it: stored, so that its arrays are sent from where they lie. */
import { crc32 } from 'node:zlib';
import { RequestError } from '../../errors.ts';
import type { AnswerTensor } from '../tensor-request.ts';
import { npyPieces, npyText } from './npy-writing.ts';
import { directoryEnd, type WrittenMember, writeDirectoryEntry, writeLocalHeader } from './zip-writing.ts';

/** Beyond it sizes have 64 bits, which no answer needs. */
const MOST_BYTES = 0xffffffff;

/**
 * An archive in pieces: headers, and the bytes of each tensor where they lie.
 * @param texts arrays without dimensions beside the tensors, by their names
 * @throws RequestError `output_too_large` for what has more than 4 GiB
 */
export function npzPieces(tensors: readonly AnswerTensor[], texts: Readonly<Record<string, string>>): Uint8Array[] {
  const members = [
    ...tensors.map(({ name, tensor }) => ({ name, pieces: npyPieces(tensor) })),
    ...Object.entries(texts).map(([name, text]) => ({ name, pieces: [npyText(text)] })),
  ];
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, pieces: own } of members) {
    const bytes = bytesOf(own);
    if (at + bytes > MOST_BYTES) throw tooLarge();
    // zlib begins anew at a piece of nothing.
    const crc = own.reduce((sum, piece) => (piece.length === 0 ? sum : crc32(piece, sum)), 0);
    const member: WrittenMember = { name: `${name}.npy`, crc, bytes, start: at };
    const header = writeLocalHeader(member);
    pieces.push(header, ...own);
    directory.push(writeDirectoryEntry(member));
    at += header.length + bytes;
  }
  if (at + bytesOf(directory) > MOST_BYTES) throw tooLarge();
  const end = directoryEnd({ count: members.length, bytes: bytesOf(directory), start: at });
  return [...pieces, joined([...directory, end])];
}

/** The same archive in one piece, with memory of its own. */
export function writeNpz(
  tensors: readonly AnswerTensor[],
  texts: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  return joined(npzPieces(tensors, texts));
}

/** Pieces in memory of their own, which can travel to another thread. */
function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytesOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

function bytesOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((bytes, piece) => bytes + piece.byteLength, 0);
}

function tooLarge(): RequestError {
  return new RequestError(
    'output_too_large',
    'an .npz answer has at most 4 GiB; ask for fewer tensors, or for safetensors',
  );
}
