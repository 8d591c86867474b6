/** Functions, classes, comprehensions: what has a scope of its own. */
import type { SyntaxNode } from '@lezer/common';
import { type Scope, scopeIn } from '../scope.ts';
import { childNamed, childrenOf, rangeOf } from '../syntax-node.ts';
import type { PythonReader, Rule } from './reader.ts';

const functionDefinition: Rule = (node, { scope }, reader) => {
  const name = childNamed(node, 'VariableName');
  if (name !== undefined) reader.bind(name, scope);
  const around = typeParameters(node, scope, reader);
  const inside = scopeIn(around, 'function', { owner: name && rangeOf(name) });
  for (const child of childrenOf(node)) {
    if (child.name === 'ParamList') parameters(child, { around, inside }, reader);
    else if (child.name === 'TypeDef') reader.uses([child], around);
    else if (child.name !== 'VariableName' && child.name !== 'TypeParamList') reader.uses([child], inside);
  }
};

const lambda: Rule = (node, { scope }, reader) => {
  const inside = scopeIn(scope, 'function');
  for (const child of childrenOf(node)) {
    if (child.name === 'ParamList') parameters(child, { around: scope, inside }, reader);
    else reader.uses([child], inside);
  }
};

/** Parameters belong to the function; their defaults and types are read around it. */
function parameters(
  list: SyntaxNode,
  { around, inside }: { around: Scope; inside: Scope },
  reader: PythonReader,
): void {
  let isDefault = false;
  for (const child of childrenOf(list)) {
    if (child.name === 'AssignOp') isDefault = true;
    else if (child.name === ',') isDefault = false;
    else if (child.name === 'VariableName' && !isDefault) reader.bind(child, inside);
    else reader.uses([child], around);
  }
}

const classDefinition: Rule = (node, { scope }, reader) => {
  const name = childNamed(node, 'VariableName');
  if (name !== undefined) reader.bind(name, scope);
  const around = typeParameters(node, scope, reader);
  // A name of underscores alone makes nothing private.
  const bare = name === undefined ? '' : reader.code.slice(name.from, name.to).replace(/^_+/, '');
  const owner = name && rangeOf(name);
  const inside = scopeIn(around, 'class', { owner, privateTo: bare });
  for (const child of childrenOf(node)) {
    if (child.name === 'Body') reader.uses([child], inside);
    else if (child.name !== 'VariableName' && child.name !== 'TypeParamList') reader.uses([child], around);
  }
};

const typeDefinition: Rule = (node, { scope }, reader) => {
  const [keyword, name, ...rest] = childrenOf(node);
  if (name === undefined) return reader.uses([keyword], scope);
  if (name.name === 'VariableName') reader.bind(name, scope);
  const around = typeParameters(node, scope, reader);
  reader.uses(
    rest.filter((child) => child.name !== 'TypeParamList'),
    around,
  );
};

/** The scope around a definition that its type parameters are in; the one it stands in where there are none. */
function typeParameters(node: SyntaxNode, scope: Scope, reader: PythonReader): Scope {
  const list = childNamed(node, 'TypeParamList');
  if (list === undefined) return scope;
  const name = childNamed(node, 'VariableName');
  const around = scopeIn(scope, 'annotation', { owner: name && rangeOf(name) });
  for (const parameter of childrenOf(list)) {
    for (const child of childrenOf(parameter)) {
      if (child.name === 'VariableName') reader.bind(child, around);
      else reader.uses([child], around);
    }
  }
  return around;
}

/** The first thing that a comprehension goes over is read around it, all else inside. */
const comprehension: Rule = (node, { scope }, reader) => {
  const inside = scopeIn(scope, 'comprehension');
  let part: 'element' | 'targets' | 'over' | 'other' = 'element';
  let isFirst = true;
  for (const child of childrenOf(node)) {
    if (child.name === 'for') part = 'targets';
    else if (child.name === 'in') part = 'over';
    else if (child.name === 'if') part = 'other';
    else if (part === 'targets') reader.targets([child], inside);
    else if (part === 'over') {
      reader.uses([child], isFirst ? scope : inside);
      isFirst = false;
    } else reader.uses([child], inside);
  }
};

/** Arguments, of which a keyword is no name; or a comprehension without brackets of its own. */
const argumentsOf: Rule = (node, setting, reader) => {
  const children = childrenOf(node);
  if (children.some(({ name }) => name === 'for')) return comprehension(node, setting, reader);
  for (const [i, child] of children.entries()) {
    const next = children[i + 1];
    const isKeyword = next?.name === 'AssignOp' && next.to - next.from === 1;
    if (!(child.name === 'VariableName' && isKeyword)) reader.uses([child], setting.scope);
  }
};

export const definitionRules: readonly [string, Rule][] = [
  ['FunctionDefinition', functionDefinition],
  ['LambdaExpression', lambda],
  ['ClassDefinition', classDefinition],
  ['TypeDefinition', typeDefinition],
  ['ComprehensionExpression', comprehension],
  ['ArrayComprehensionExpression', comprehension],
  ['SetComprehensionExpression', comprehension],
  ['DictionaryComprehensionExpression', comprehension],
  ['ArgList', argumentsOf],
];
