/** What the split patterns of the encodings ask of a character, as bits, read from UTF-8 bytes. */

/** Lu, Lt, Lm, Lo, M: what o200k_base takes for the head of a word. */
export const HEAD = 1;
/** Ll, Lm, Lo, M: what it takes for the tail. */
export const TAIL = 2;
export const LETTER = 4;
export const NUMBER = 8;
/** Unicode's White_Space, as \s is in Rust; JavaScript's \s has U+FEFF besides and lacks U+0085. */
export const SPACE = 16;
/** \r and \n. */
export const NEWLINE = 32;
/** [^\s\p{L}\p{N}] */
export const OTHER = 64;
/** [^\r\n\p{L}\p{N}] */
export const PREFIX = 128;

/** The bits of `classAt` above this are the length of the character in bytes. */
const LENGTH_SHIFT = 8;
const PAGE_SIZE = 256;
/** The classes of 256 characters each, made when one of them is first met: all of Unicode would take a third of a second. */
const pages: (Uint8Array | undefined)[] = new Array(0x110000 / PAGE_SIZE).fill(undefined);

const classes: readonly [bits: number, members: RegExp][] = [
  [HEAD, /[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]/u],
  [TAIL, /[\p{Ll}\p{Lm}\p{Lo}\p{M}]/u],
  [LETTER, /\p{L}/u],
  [NUMBER, /\p{N}/u],
  [SPACE, /\p{White_Space}/u],
  [NEWLINE, /[\r\n]/u],
  [OTHER, /[^\p{White_Space}\p{L}\p{N}]/u],
  [PREFIX, /[^\r\n\p{L}\p{N}]/u],
];

/**
 * Letters, digits and marks that are new in Unicode 17. The reference of the encodings, tiktoken, knows Unicode 16: to it
 * they are unassigned, so they are here, whatever Unicode the runtime has.
 */
const newerThanReference: readonly (readonly [first: number, last: number])[] = [
  [0x88f, 0x88f],
  [0xc5c, 0xc5c],
  [0xcdc, 0xcdc],
  [0x1acf, 0x1add],
  [0x1ae0, 0x1aeb],
  [0xa7ce, 0xa7cf],
  [0xa7d2, 0xa7d2],
  [0xa7d4, 0xa7d4],
  [0xa7f1, 0xa7f1],
  [0x10940, 0x10959],
  [0x10ec5, 0x10ec7],
  [0x10efa, 0x10efb],
  [0x11b60, 0x11b67],
  [0x11db0, 0x11ddb],
  [0x11de0, 0x11de9],
  [0x16ea0, 0x16eb8],
  [0x16ebb, 0x16ed3],
  [0x16ff2, 0x16ff6],
  [0x187f8, 0x187ff],
  [0x18d09, 0x18d1e],
  [0x18d80, 0x18df2],
  [0x1e6c0, 0x1e6de],
  [0x1e6e0, 0x1e6f5],
  [0x1e6fe, 0x1e6ff],
  [0x2b73a, 0x2b73f],
  [0x2cea2, 0x2cead],
  [0x323b0, 0x33479],
];
const UNASSIGNED = '\uffff';

function pageOf(number: number): Uint8Array {
  const page = new Uint8Array(PAGE_SIZE);
  for (let i = 0; i < PAGE_SIZE; i++) {
    const codePoint = number * PAGE_SIZE + i;
    const isNewer = newerThanReference.some(([first, last]) => codePoint >= first && codePoint <= last);
    const character = isNewer ? UNASSIGNED : String.fromCodePoint(codePoint);
    for (const [bits, members] of classes) if (members.test(character)) page[i] |= bits;
  }
  pages[number] = page;
  return page;
}

const ascii = Uint16Array.from(pageOf(0).subarray(0, 0x80), (bits) => bits | (1 << LENGTH_SHIFT));

/** The class bits of the character that begins at `at`, with its length above them. */
export function classAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first < 0x80) return ascii[first];
  let codePoint: number;
  let length: number;
  if (first < 0xe0) {
    codePoint = ((first & 0x1f) << 6) | (bytes[at + 1] & 0x3f);
    length = 2;
  } else if (first < 0xf0) {
    codePoint = ((first & 0x0f) << 12) | ((bytes[at + 1] & 0x3f) << 6) | (bytes[at + 2] & 0x3f);
    length = 3;
  } else {
    codePoint =
      ((first & 0x07) << 18) | ((bytes[at + 1] & 0x3f) << 12) | ((bytes[at + 2] & 0x3f) << 6) | (bytes[at + 3] & 0x3f);
    length = 4;
  }
  const number = codePoint >> 8;
  return (pages[number] ?? pageOf(number))[codePoint & 0xff] | (length << LENGTH_SHIFT);
}

/** The length in bytes of the character whose class this is. */
export function lengthOf(classOfCharacter: number): number {
  return classOfCharacter >> LENGTH_SHIFT;
}

/** Where the run ends of characters that have one of `bits`. */
export function runEnd(bytes: Uint8Array, from: number, to: number, bits: number): number {
  let at = from;
  while (at < to) {
    const found = classAt(bytes, at);
    if ((found & bits) === 0) break;
    at += lengthOf(found);
  }
  return at;
}
