/** Sub-word tokens → words: WordPiece (`##`), byte-level BPE (`Ġ`, of GPT-2) and SentencePiece (`▁`). */

export interface Words {
  words: readonly string[];
  /** By word its first token, and after the last how many tokens there are. */
  starts: readonly number[];
}

/** Stands alone: [CLS], <s>, <|endoftext|>. */
const SPECIAL = /^(?:\[[A-Z]+\]|<[^<>\s]+>)$/;

interface Scheme {
  /** Whether a token of it is among others. */
  marks: RegExp;
  begins(token: string): boolean;
  textOf(pieces: readonly string[]): string;
}

const SCHEMES: readonly Scheme[] = [
  {
    marks: /^##/,
    begins: (token) => !token.startsWith('##'),
    textOf: (pieces) => pieces.map((piece, i) => (i === 0 ? piece : piece.replace(/^##/, ''))).join(''),
  },
  { marks: /^[ĠĊ]/, begins: (token) => /^[ĠĊ]/.test(token), textOf: (pieces) => byteText(pieces.join('')) },
  {
    marks: /^▁/,
    begins: (token) => token.startsWith('▁'),
    textOf: (pieces) => pieces.join('').replace(/^▁+(?=.)/, ''),
  },
];

/** Undefined where all tokens are words. */
export function wordsOf(tokens: readonly string[]): Words | undefined {
  const scheme = SCHEMES.find(({ marks }) => tokens.some((token) => marks.test(token)));
  if (scheme === undefined) return undefined;
  const isAlone = (token: string | undefined) => token !== undefined && SPECIAL.test(token);
  const starts = [...tokens.keys()].filter(
    (i) => i === 0 || isAlone(tokens[i]) || isAlone(tokens[i - 1]) || scheme.begins(tokens[i]),
  );
  if (starts.length === tokens.length && scheme === SCHEMES[0]) return undefined;
  const words = starts.map((start, i) => scheme.textOf(tokens.slice(start, starts[i + 1])));
  return { words, starts: [...starts, tokens.length] };
}

/** Each letter stands for a byte (bytes_to_unicode of GPT-2): printable ones for themselves, all others from U+0100 on. */
function byteText(letters: string): string {
  const bytes = Uint8Array.from(letters, (letter) => byteOf(letter.codePointAt(0) ?? 0));
  return new TextDecoder().decode(bytes).trim() || letters;
}

const isPrinted = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
const others = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !isPrinted(byte));
const byteOf = (point: number): number => (point < 0x100 ? point : (others[point - 0x100] ?? 0x3f));

/** A matrix between tokens. */
interface Weights {
  rows: number;
  columns: number;
  values: Float32Array;
}

/**
 * Between words: the attention to a word is the sum over its pieces, that from a word their mean, so that it still adds up to 1
 * (Clark et al. 2019, What does BERT look at?, section 4.1).
 */
export function mergedWeights(
  { columns, values }: Weights,
  queryStarts: readonly number[],
  keyStarts: readonly number[],
): Weights {
  const [rows, words] = [queryStarts.length - 1, keyStarts.length - 1];
  const merged = new Float32Array(rows * words);
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = [queryStarts[row], queryStarts[row + 1]];
    for (let word = 0; word < words; word++) {
      let sum = 0;
      for (let query = top; query < bottom; query++)
        for (let key = keyStarts[word]; key < keyStarts[word + 1]; key++) sum += values[query * columns + key];
      merged[row * words + word] = sum / (bottom - top);
    }
  }
  return { rows, columns: words, values: merged };
}
