import type { Tree } from '@lezer/common';
import { RequestError } from '../../errors.ts';
import { type Compact, compacted } from './compact.ts';
import { looksLikePython } from './cues.ts';
import { javascriptLexemes } from './javascript/lexemes.ts';
import type { Language } from './language.ts';
import type { Lexeme } from './link.ts';
import { fewerFaults, type Parsed, parseJavascript, parsePython, parseTypescript } from './parse.ts';
import { compactPython } from './python/indentation.ts';
import { pythonLexemes } from './python/lexemes.ts';

/** Code that was read. */
export interface Code {
  language: Language;
  /** Its tokens, without white space and comments. */
  lexemes: readonly Lexeme[];
  /** What the parser was given, and the tree that it made of it. */
  compact: Compact;
  tree: Tree;
  /** Places where it breaks off or is wrong; it is read all the same. */
  faults: number;
}

/**
 * The most tokens that a parser is given. Where all is wrong its time grows faster than they do (2,040 times `**` take it half a
 * second), and in code of 8,000 levels making the tree overflows the stack.
 */
const MAX_LEXEMES = 2048;

/**
 * Reads code in a language, or in the one that it fits best.
 * @throws RequestError `text_too_long` for more than 2,048 tokens, at `pointer`
 */
export function readCode(text: string, language: Language | undefined, pointer: string): Code {
  const code = language === undefined ? guessed(text) : readers[language](text);
  if (code !== undefined) return code;
  const detail = `code may have ${MAX_LEXEMES} tokens, and this has more`;
  throw new RequestError('text_too_long', detail, { pointer });
}

/** Nothing for code with too many tokens. */
type Reader = (text: string) => Code | undefined;

const readers: Record<Language, Reader> = {
  python: (text) => {
    const lexemes = pythonLexemes(text, MAX_LEXEMES);
    if (lexemes.length > MAX_LEXEMES) return undefined;
    const compact = compactPython(text, lexemes);
    return { language: 'python', lexemes, compact, ...parsePython(compact) };
  },
  javascript: (text) => readScript(text, 'javascript', parseJavascript),
  typescript: (text) => readScript(text, 'typescript', parseTypescript),
};

/** As it is, or as markup if that has fewer faults. */
function readScript(
  text: string,
  language: Language,
  parse: (compact: Compact, hasMarkup: boolean) => Parsed,
): Code | undefined {
  const readAs = (hasMarkup: boolean): Code | undefined => {
    const lexemes = javascriptLexemes(text, hasMarkup, MAX_LEXEMES);
    if (effort(text, lexemes) > MAX_LEXEMES) return undefined;
    const compact = compacted(text, lexemes, (gap) => (/[\n\r\u2028\u2029]/.test(gap) ? '\n' : ' '));
    return { language, lexemes, compact, ...parse(compact, hasMarkup) };
  };
  const plain = readAs(false);
  if (plain?.faults === 0 || !/<\/|\/>/.test(text)) return plain;
  const marked = readAs(true);
  return plain === undefined || marked === undefined ? (plain ?? marked) : fewerFaults(plain, marked);
}

/** Tokens that the parser may see: it can take for a division what begins a regular expression to us. */
function effort(text: string, lexemes: readonly Lexeme[]): number {
  let count = lexemes.length;
  for (const { start, end } of lexemes) {
    if (text[start] === '/') count += text.slice(start, end).match(/\w+|[^\w\s]/g)?.length ?? 0;
  }
  return count;
}

/** What fits; between equals, what it looks like at first sight, and JavaScript before TypeScript. */
function guessed(text: string): Code | undefined {
  const [first, second]: Reader[] = looksLikePython(text)
    ? [readers.python, eitherScript]
    : [eitherScript, readers.python];
  const likely = first(text);
  if (likely?.faults === 0) return likely;
  const other = second(text);
  if (likely === undefined) return other?.faults === 0 ? other : undefined;
  return other === undefined ? likely : fewerFaults(likely, other);
}

function eitherScript(text: string): Code | undefined {
  const plain = readers.javascript(text);
  // What is wrong at every other token is no better with types.
  if (plain === undefined || plain.faults === 0 || plain.faults > plain.lexemes.length / 2) return plain;
  const typed = readers.typescript(text);
  return typed === undefined ? plain : fewerFaults(plain, typed);
}
