import { pointerTo, RequestError } from '../../errors.ts';
import { readCode } from '../../text/code/code.ts';
import type { Language } from '../../text/code/language.ts';
import { codeTokens } from '../../text/code/tokens.ts';
import type { ReadText } from '../../text/heads/heads.ts';
import type { TokenizerName } from '../../text/tokenizers.ts';
import type { WordVectors } from '../../text/word-vectors.ts';
import { segmentWords } from '../../text/words.ts';
import { MAX_TOKENS, type TextRequest } from './text-options.ts';

/** The texts of a request as heads read them, and how they were read. */
export interface ReadTexts {
  queries: ReadText;
  /** The same object as `queries` in self-attention. */
  keys: ReadText;
  tokenizer: TokenizerName;
  /** The language of code; undefined where nothing is read as code. */
  language: Language | undefined;
}

/**
 * Cuts the texts of a request into tokens, and reads them as code where that is asked for.
 * @throws RequestError for texts without tokens or with too many
 */
export function readTexts(wire: TextRequest, vectors: WordVectors): ReadTexts {
  const { text, context, language: given } = wire;
  const hasCodeHead = wire.heads.includes('syntax-code');
  const tokenizer = wire.tokenizer ?? (hasCodeHead || given !== undefined ? 'code' : 'words');
  const isCode = hasCodeHead || tokenizer === 'code';
  if (given !== undefined && !isCode) {
    const detail = 'nothing here reads code: leave language out, or use tokenizer "code" or the head syntax-code';
    throw new RequestError('conflicting_options', detail, { pointer: '/language' });
  }
  // One of the two may be a question about the other, so they are guessed together.
  const isGuessedTogether = isCode && given === undefined && context !== undefined;
  const language = isGuessedTogether ? readCode(`${text}\n${context}`, undefined, '/text').language : given;
  const read = (field: 'text' | 'context', written: string): ReadText => {
    const code = isCode ? readCode(written, language, pointerTo(field)) : undefined;
    const tokens = code !== undefined && tokenizer === 'code' ? codeTokens(written, code) : segmentWords(written);
    checkTokens(field, tokens.length);
    return { text: written, tokens, words: tokens.map((token) => vectors.of(token.text)), code };
  };
  const queries = read('text', text);
  const keys = context === undefined ? queries : read('context', context);
  return { queries, keys, tokenizer, language: queries.code?.language };
}

function checkTokens(field: 'text' | 'context', count: number): void {
  if (count === 0) throw new RequestError('invalid_option', `${field} has no tokens`, { pointer: pointerTo(field) });
  if (count <= MAX_TOKENS) return;
  const detail = `${field} has ${count} tokens; attention over text takes ${MAX_TOKENS}`;
  throw new RequestError('text_too_long', detail, { pointer: pointerTo(field) });
}
