import type { Parser, SyntaxNodeRef, Tree } from '@lezer/common';
import { parser as javascript } from '@lezer/javascript';
import { parser as python } from '@lezer/python';
import type { Compact } from './compact.ts';
import { mendedTypescript } from './javascript/mended.ts';
import { mendedPython } from './python/mended.ts';

/** A tree of code, and in how many places the code is not as the grammar has it. */
export interface Parsed {
  tree: Tree;
  faults: number;
}

const typescript = javascript.configure({ dialect: 'ts' });
const markup = javascript.configure({ dialect: 'jsx' });
const typedMarkup = javascript.configure({ dialect: 'ts jsx' });

export function parsePython({ code, lexemes }: Compact): Parsed {
  const parsed = parsedBy(python, code);
  // The grammar takes \{ in a formatted string for an escape, without a fault.
  if (parsed.faults === 0 && !code.includes('\\{')) return parsed;
  const mended = mendedPython(code, lexemes);
  return mended === code ? parsed : fewerFaults(parsedBy(python, mended), parsed);
}

export function parseJavascript({ code }: Compact, hasMarkup: boolean): Parsed {
  const { tree, faults } = parsedBy(hasMarkup ? markup : javascript, code);
  return { tree, faults: faults + countOf(tree, isTyped) };
}

export function parseTypescript({ code, lexemes }: Compact, hasMarkup: boolean): Parsed {
  const parser = hasMarkup ? typedMarkup : typescript;
  const parsed = parsedBy(parser, code);
  if (parsed.faults === 0) return parsed;
  const mended = mendedTypescript(code, lexemes);
  return mended === code ? parsed : fewerFaults(parsed, parsedBy(parser, mended));
}

/** The first, if the second is no better. */
export function fewerFaults<T extends { faults: number }>(first: T, second: T): T {
  return second.faults < first.faults ? second : first;
}

function parsedBy(parser: Parser, code: string): Parsed {
  const tree = parser.parse(code);
  return { tree, faults: countOf(tree, isFault) };
}

/** All that the parser had to leave out or make up, but for the pattern that it misses in `case str():`. */
function isFault({ type, node }: SyntaxNodeRef): boolean {
  return type.isError && node.parent?.parent?.name !== 'PatternArgList';
}

/** What is TypeScript, and read in JavaScript as well. */
function isTyped({ name, node }: SyntaxNodeRef): boolean {
  const around = node.parent?.name;
  if (name === 'as') return around === 'BinaryExpression';
  if (name === 'LogicOp') return around === 'PostfixExpression';
  return /^(?:TypeAnnotation|TypePredicate|TypeParamList|Optional)$/.test(name);
}

function countOf(tree: Tree, isCounted: (node: SyntaxNodeRef) => boolean): number {
  let count = 0;
  const cursor = tree.cursor();
  do if (isCounted(cursor)) count++;
  while (cursor.next());
  return count;
}
