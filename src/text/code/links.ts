import { bracketLinks } from './brackets.ts';
import type { Code } from './code.ts';
import { restored } from './compact.ts';
import { javascriptLinks } from './javascript/links.ts';
import type { CodeLink } from './link.ts';
import { pythonLinks } from './python/links.ts';

/** Links of the names and the brackets of code. */
export function codeLinks(code: Code): CodeLink[] {
  const { compact, tree, language, lexemes } = code;
  const names = language === 'python' ? pythonLinks(compact.code, tree) : javascriptLinks(compact.code, tree);
  return restored([...names, ...bracketLinks(compact)], compact, lexemes);
}
