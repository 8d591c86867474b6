import type { Tree } from '@lezer/common';
import type { CodeLink } from '../link.ts';
import { definitionRules } from './definitions.ts';
import { importStatement } from './imports.ts';
import { PythonReader, type Rule } from './reader.ts';
import { statementRules } from './statements.ts';

const rules: ReadonlyMap<string, Rule> = new Map([
  ...definitionRules,
  ...statementRules,
  ['ImportStatement', importStatement],
]);

/** Links of the names in a tree of Python, by its own rules of scope (Reference, 4.2.2). */
export function pythonLinks(code: string, tree: Tree): CodeLink[] {
  return new PythonReader(code, rules).read(tree.topNode);
}
