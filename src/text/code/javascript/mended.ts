import type { Lexeme } from '../link.ts';

/**
 * TypeScript that the grammar does not know, written as what it does know, at the same places and with the same names: labels
 * of tuples without `?` and `...`, what may be missing in a tuple without `?`, `abstract new` without its first word and
 * `typeof import()` too, `a is B` of arrows as `a | B`, and the text that
 * names a module as a name.
 */
export function mendedTypescript(code: string, lexemes: readonly Lexeme[]): string {
  const words = lexemes.map(({ start, end }) => code.slice(start, end));
  const characters = code.split('');
  const overwrite = (at: number, letter: string) => {
    const { start, end } = lexemes[at];
    for (let i = start; i < end; i++) characters[i] = letter;
  };
  for (const [i, word] of words.entries()) {
    const next = words[i + 1];
    const isOptional = word === '?' && (next === ':' || next === ',' || next === ']');
    const isRest = word === '...' && words[i + 2] === ':';
    const isLeftOut = (word === 'abstract' && next === 'new') || (word === 'typeof' && next === 'import');
    if (isOptional || isRest || isLeftOut) overwrite(i, ' ');
    else if (word === 'module' && words[i - 1] === 'declare' && /^['"]/.test(next)) overwrite(i + 1, '_');
    else if (word === 'asserts' && isTypeNext(words[i - 1])) overwrite(i, ' ');
    else if (word === 'is' && (isTypeNext(words[i - 2]) || words[i - 2] === 'asserts')) {
      characters.splice(lexemes[i].start, 2, '|', ' ');
    }
  }
  return characters.join('');
}

/** Whether a type stands after this word. */
function isTypeNext(word: string | undefined): boolean {
  return word === ':' || word === '=>';
}
