import type { SyntaxNode } from '@lezer/common';
import { type Scope, VALUE } from '../scope.ts';
import { childrenOf, rangeOf } from '../syntax-node.ts';
import type { PythonReader, Rule } from './reader.ts';

/**
 * `import a.b` binds a, the module itself; `import a.b as c` binds c, which leads to a. In `from m import a as b`, b leads to a,
 * and a to m.
 */
export const importStatement: Rule = (node, { scope }, reader) => {
  const children = childrenOf(node);
  const isFrom = children[0]?.name === 'from';
  const start = children.findIndex(({ name }) => name === 'import');
  const module = isFrom ? moduleOf(children.slice(1, start < 0 ? undefined : start)) : undefined;
  if (start < 0) return;
  for (const [name, alias] of importedNames(children.slice(start + 1)))
    importName({ name, alias, module, scope }, reader);
};

/** The first name of a module, or the dots that stand for the package. */
function moduleOf(parts: readonly SyntaxNode[]): SyntaxNode | undefined {
  return parts.find(({ name }) => name === 'VariableName') ?? parts[0];
}

/** Each name, or the first of those that dots join, and its alias. */
function importedNames(nodes: readonly SyntaxNode[]): [SyntaxNode, SyntaxNode | undefined][] {
  const found: [SyntaxNode, SyntaxNode | undefined][] = [];
  for (const [i, node] of nodes.entries()) {
    if (node.name !== 'VariableName') continue;
    const before = nodes[i - 1]?.name;
    if (before === 'as') {
      const last = found.at(-1);
      if (last !== undefined) last[1] = node;
    } else if (before !== '.') found.push([node, undefined]);
  }
  return found;
}

function importName(
  {
    name,
    alias,
    module,
    scope,
  }: { name: SyntaxNode; alias: SyntaxNode | undefined; module: SyntaxNode | undefined; scope: Scope },
  reader: PythonReader,
): void {
  const from = module && rangeOf(module);
  const bound = alias ?? name;
  const leadsTo = alias === undefined ? from : rangeOf(name);
  reader.names.import(reader.nameOf(bound, scope), rangeOf(bound), scope, { from: leadsTo, meaning: VALUE });
  if (alias !== undefined && from !== undefined) reader.names.lead(rangeOf(name), scope, from, 'import');
}
