/** Cuts a text into chunks by its tokens, so that no character is parted and, without overlap, nothing of the text is lost. */
import { RequestError } from '../../errors.ts';
import type { TokenList } from './token-list.ts';
import { characterEnd, characterStart, textIn } from './utf8.ts';

export interface Chunking {
  /** The most tokens of a chunk; those around a text are in none. */
  size: number;
  /** The most tokens that a chunk shares with the one before it. */
  overlap: number;
  /** The bytes of the text. */
  from: number;
  to: number;
  /** The end at which tokens of the text were left out: there the chunks end with the tokens. */
  cut: 'left' | 'right' | undefined;
}

/** Bytes of the text, and how many tokens it has. */
export interface Chunk {
  start: number;
  end: number;
  count: number;
}

/** Tokens from `first` on that cannot be parted: they share characters. Its text begins at `start`, its own part at `own`. */
interface Atom {
  first: number;
  start: number;
  own: number;
}

/**
 * The chunks of tokens `first` to `last`. Each is as long as `size` allows; each but the first begins up to `overlap` tokens
 * before the end of the one before it, and where it shares none, at that end: what stands between two tokens goes with the
 * second, but marks go with their letter.
 * @throws RequestError where characters that cannot be parted have more tokens than `size`
 */
export function chunksOf(
  tokens: TokenList,
  range: { first: number; last: number },
  bytes: Uint8Array,
  chunking: Chunking,
): Chunk[] {
  const { size, overlap, from, to } = chunking;
  const { first, last } = range;
  if (first === last) return from < to && chunking.cut === undefined ? [{ start: from, end: to, count: 0 }] : [];
  const atoms = atomsOf(tokens, range, bytes, chunking);
  const countOf = (begin: number, end: number) => atoms[end].first - atoms[begin].first;
  const chunks: Chunk[] = [];
  // The last one is only the end of the text.
  const end = atoms.length - 1;
  let begun = 0;
  for (let done = 0; done < end; ) {
    if (countOf(done, done + 1) > size) throw tooSmall(countOf(done, done + 1), size);
    while (countOf(begun, done) > overlap || countOf(begun, done + 1) > size) begun++;
    let next = done + 1;
    while (next < end && countOf(begun, next + 1) <= size) next++;
    const start = begun < done ? atoms[begun].own : atoms[begun].start;
    chunks.push({ start, end: atoms[next].start, count: countOf(begun, next) });
    done = next;
  }
  return chunks;
}

/** What cannot be parted, in the order of the text, and its end as a last one. */
function atomsOf(
  tokens: TokenList,
  { first, last }: { first: number; last: number },
  bytes: Uint8Array,
  { from, to, cut }: Chunking,
): Atom[] {
  const startOf = (token: number) => characterStart(bytes, tokens.starts[token]);
  const endOf = (token: number) => characterEnd(bytes, tokens.ends[token]);
  // Where what comes from each token on begins: mostly at that token, but normalizers may turn marks around.
  const begins = new Int32Array(last - first);
  for (let token = last - 1, least = to; token >= first; token--) {
    least = Math.min(least, startOf(token));
    begins[token - first] = least;
  }
  const atoms: Atom[] = [{ first, start: cut === 'left' ? begins[0] : from, own: begins[0] }];
  let reached = 0;
  for (let token = first; token < last - 1; token++) {
    reached = Math.max(reached, endOf(token));
    const own = begins[token + 1 - first];
    if (reached > own) continue;
    const start = marksEnd(bytes, reached, own);
    // Tokens without a character of their own go with those that follow.
    if (start > atoms[atoms.length - 1].start) atoms.push({ first: token + 1, start, own });
  }
  const end = cut === 'right' ? marksEnd(bytes, Math.max(reached, endOf(last - 1)), to) : to;
  if (end <= atoms[atoms.length - 1].start && atoms.length > 1) atoms.pop();
  atoms.push({ first: last, start: end, own: end });
  return atoms;
}

/** The end of the marks that stand at `at`: they belong to what is before them. */
function marksEnd(bytes: Uint8Array, at: number, to: number): number {
  let end = at;
  // All of them are beyond ASCII.
  while (end < to && bytes[end] >= 0x80) {
    const next = characterEnd(bytes, end + 1);
    if (!/^\p{M}|\u200d$/u.test(textIn(bytes, end, next))) break;
    end = next;
  }
  return end;
}

function tooSmall(count: number, size: number): RequestError {
  const detail = `a character of the text, or what its tokens share, has ${count} tokens, so chunks of ${size} would cut it`;
  return new RequestError('invalid_option', detail, { pointer: '/chunk/size' });
}
