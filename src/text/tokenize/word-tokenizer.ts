import { WINDOW, wordsOf } from '../words.ts';
import { addToken, type TokenList } from './token-list.ts';
import type { Pace, Stop, Tokenizer, TokenizerAbout } from './tokenizer.ts';
import { characterStart, textIn } from './utf8.ts';

/** Words as a tokenizer among others. */
export class WordTokenizer implements Tokenizer {
  readonly about: TokenizerAbout = {
    name: 'words',
    aliases: [],
    kind: 'words',
    vocabularySize: null,
    reversible: false,
    specialTokens: [],
    unflaggedTokens: [],
    unknownToken: null,
    before: [],
    after: [],
    maxTokens: null,
  };

  encode(bytes: Uint8Array, from: number, to: number, tokens: TokenList, pace: Pace): Stop {
    let at = from;
    let size = WINDOW;
    while (at < to) {
      const end = at + size < to ? characterStart(bytes, at + size) : to;
      const window = textIn(bytes, at, end);
      const { words, settled } = wordsOf(window, end === to);
      let known = 0;
      let byte = at;
      for (const { text, index } of words) {
        const start = byte + Buffer.byteLength(window.slice(known, index));
        byte = start + Buffer.byteLength(text);
        known = index + text.length;
        addToken(tokens, -1, start, byte);
      }
      at = byte + Buffer.byteLength(window.slice(known, settled));
      size = settled === 0 ? 2 * size : WINDOW;
      if (settled > 0 && pace.isOver()) break;
    }
    return { at, needsLong: false };
  }

  has(): boolean {
    return false;
  }

  isSpecial(): boolean {
    return false;
  }

  isUnknown(): boolean {
    return false;
  }

  textOf(): undefined {
    return undefined;
  }

  decode(): never {
    throw new Error('words have no ids');
  }
}
