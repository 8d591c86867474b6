/** Imports and exports. */
import type { SyntaxNode } from '@lezer/common';
import { ANYTHING } from '../scope.ts';
import { childNamed, childrenOf, rangeOf } from '../syntax-node.ts';
import type { JavascriptReader, Rule, Setting } from './reader.ts';

/** `import a, { b as c } from 'm'`: a and b lead to the module, c to b. */
const importDeclaration: Rule = (node, setting, reader) => {
  const module = childNamed(node, 'String');
  for (const child of childrenOf(node)) {
    if (child.name === 'VariableDefinition') importName(child, module, setting, reader);
    if (child.name === 'ImportGroup') importGroup(child, module, setting, reader);
  }
};

function importName(
  name: SyntaxNode,
  from: SyntaxNode | undefined,
  { scope }: Setting,
  reader: JavascriptReader,
): void {
  const range = rangeOf(name);
  reader.names.import(reader.textOf(name), range, scope, { from: from && rangeOf(from), meaning: ANYTHING });
}

function importGroup(
  group: SyntaxNode,
  module: SyntaxNode | undefined,
  setting: Setting,
  reader: JavascriptReader,
): void {
  const children = childrenOf(group);
  for (const [i, child] of children.entries()) {
    const isOriginal = children[i + 1]?.name === 'as';
    if (isOriginal) lead(child, module, setting, reader);
    else if (children[i - 1]?.name === 'as') importName(child, children[i - 2], setting, reader);
    // Code that breaks off after a name does not tell it from one before "as".
    else if (child.name === 'VariableDefinition' || child.name === 'VariableName') {
      importName(child, module, setting, reader);
    }
  }
}

function lead(name: SyntaxNode, to: SyntaxNode | undefined, { scope }: Setting, reader: JavascriptReader): void {
  if (to !== undefined) reader.names.lead(rangeOf(name), scope, rangeOf(to), 'import');
}

/** `export { a as b }` uses a; `export { a } from 'm'` passes it through; all else is what it is without `export`. */
const exportDeclaration: Rule = (node, setting, reader) => {
  const children = childrenOf(node);
  const module = childNamed(node, 'String');
  const isThrough = children.some(({ name }) => name === 'from');
  for (const [i, child] of children.entries()) {
    if (child.name === 'ExportGroup') exportGroup(child, isThrough ? module : undefined, setting, reader);
    else if (child.name !== 'VariableName') reader.inside([child], setting, setting.scope);
    else if (children[i - 1]?.name !== 'as') reader.use(child, setting.scope, ANYTHING);
    else lead(child, module, setting, reader);
  }
};

function exportGroup(
  group: SyntaxNode,
  module: SyntaxNode | undefined,
  setting: Setting,
  reader: JavascriptReader,
): void {
  const children = childrenOf(group);
  for (const [i, child] of children.entries()) {
    if (child.name !== 'VariableName' || children[i - 1]?.name === 'as') continue;
    if (module === undefined) reader.use(child, setting.scope, ANYTHING);
    else lead(child, module, setting, reader);
  }
}

export const moduleRules: readonly [string, Rule][] = [
  ['ImportDeclaration', importDeclaration],
  ['ExportDeclaration', exportDeclaration],
];
