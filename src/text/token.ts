/** A piece of a text, and where it stands in it. */
export interface Token {
  /** Its number in the tokenizer's vocabulary; null where a tokenizer has none. */
  id: number | null;
  text: string;
  /** UTF-16 code units from the start of the text, end exclusive; null where normalization makes a place unknowable. */
  start: number | null;
  end: number | null;
  /** The same in UTF-8 bytes. */
  byteStart: number | null;
  byteEnd: number | null;
  special: boolean;
  /** It holds only some bytes of the characters that it spans. */
  partial?: true;
}
