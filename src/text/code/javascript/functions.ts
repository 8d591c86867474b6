/** Functions, methods and classes, and the types of such. */
import type { SyntaxNode } from '@lezer/common';
import { scopeBeyond, scopeIn, TYPE, VALUE } from '../scope.ts';
import { childNamed, childrenOf, rangeOf } from '../syntax-node.ts';
import type { JavascriptReader, Rule, Setting } from './reader.ts';

/** Names of members, which are written down but not looked up. */
const MEMBERS = new Set(['PropertyDefinition', 'PrivatePropertyDefinition']);

/** All from the parameters on is inside; what stands before (decorators, computed names) is around. */
function functionParts(
  node: SyntaxNode,
  owner: SyntaxNode | undefined,
  setting: Setting,
  reader: JavascriptReader,
): void {
  const inside = scopeIn(setting.scope, 'function', { owner: owner && rangeOf(owner) });
  const children = childrenOf(node);
  const start = children.findIndex(({ name }) => name === 'TypeParamList' || name === 'ParamList');
  for (const [i, child] of children.entries()) {
    if (child === owner || child.name === 'VariableDefinition') continue;
    if (i < start) reader.inside([child], setting, setting.scope);
    else if (child.name === 'Block') reader.inside(childrenOf(child), setting, inside);
    else reader.inside([child], setting, inside, inside);
  }
}

const functionDeclaration: Rule = (node, setting, reader) => {
  const name = childNamed(node, 'VariableDefinition');
  if (name !== undefined) reader.bind(name, setting.scope);
  functionParts(node, name, setting, reader);
};

/** The name of a function expression is known inside it only. */
const functionExpression: Rule = (node, setting, reader) => {
  const name = childNamed(node, 'VariableDefinition');
  if (name === undefined) return functionParts(node, undefined, setting, reader);
  const scope = scopeIn(setting.scope, 'block');
  reader.bind(name, scope);
  functionParts(node, name, { ...setting, scope }, reader);
};

const namelessFunction: Rule = (node, setting, reader) => functionParts(node, undefined, setting, reader);

function memberName(node: SyntaxNode): SyntaxNode | undefined {
  return childrenOf(node).find(({ name }) => MEMBERS.has(name));
}

/** The grammar takes `new <T>()` in an interface for a method of this name. */
const methodType: Rule = (node, setting, reader) => {
  const name = memberName(node);
  const isNew = name !== undefined && reader.textOf(name) === 'new';
  functionParts(node, isNew ? undefined : name, setting, reader);
};

/** A member of a class is one of its names. */
function leadToClass(name: SyntaxNode | undefined, { scope }: Setting, reader: JavascriptReader): void {
  if (name !== undefined && scope.owner !== undefined) reader.names.lead(rangeOf(name), scope, scope.owner, 'scope');
}

const method: Rule = (node, setting, reader) => {
  const name = memberName(node);
  leadToClass(name, setting, reader);
  functionParts(node, name, setting, reader);
};

const field: Rule = (node, setting, reader) => {
  leadToClass(memberName(node), setting, reader);
  reader.inside(childrenOf(node), setting, setting.scope);
};

const staticBlock: Rule = (node, setting, reader) => {
  const block = childNamed(node, 'Block');
  if (block === undefined) return;
  const inside = scopeIn(setting.scope, 'function');
  reader.inside(childrenOf(block), setting, inside);
};

function classParts(
  node: SyntaxNode,
  name: SyntaxNode | undefined,
  setting: Setting,
  reader: JavascriptReader,
): Setting {
  const scope = scopeIn(setting.scope, 'block', { owner: name && rangeOf(name) });
  for (const child of childrenOf(node)) {
    if (child.name === 'Decorator') reader.inside([child], setting, setting.scope);
    else if (child !== name && child.name !== 'VariableDefinition') reader.inside([child], setting, scope, scope);
  }
  return { ...setting, scope };
}

const classDeclaration: Rule = (node, setting, reader) => {
  const name = childNamed(node, 'VariableDefinition');
  if (name !== undefined) reader.bind(name, setting.scope, VALUE | TYPE);
  classParts(node, name, setting, reader);
};

const classExpression: Rule = (node, setting, reader) => {
  const name = childNamed(node, 'VariableDefinition');
  const { scope } = classParts(node, name, setting, reader);
  if (name !== undefined) reader.bind(name, scope, VALUE | TYPE);
};

/** `{ a }` uses a; `{ a() {} }` is a method; `{ a: b }` has no name of its own. */
const property: Rule = (node, setting, reader) => {
  const children = childrenOf(node);
  if (children.some(({ name }) => name === 'ParamList')) return methodType(node, setting, reader);
  const isShort = children[0]?.name === 'PropertyDefinition' && children.every(({ name }) => name !== ':');
  if (isShort) reader.use(children[0], setting.scope);
  reader.inside(children, setting, setting.scope);
};

const variables: Rule = (node, setting, reader) => {
  const children = childrenOf(node);
  const isOld = children.some(({ name }) => name === 'var');
  const isDeclared = isOld || children.some(({ name }) => name === 'let' || name === 'const' || name === 'using');
  const into = isOld ? scopeBeyond('block', setting.scope) : setting.scope;
  reader.inside(children, setting, setting.scope, isDeclared ? into : undefined);
};

export const functionRules: readonly [string, Rule][] = [
  ['FunctionDeclaration', functionDeclaration],
  ['AmbientFunctionDeclaration', functionDeclaration],
  ['FunctionExpression', functionExpression],
  ['ArrowFunction', namelessFunction],
  ['FunctionSignature', namelessFunction],
  ['CallSignature', namelessFunction],
  ['NewSignature', namelessFunction],
  ['MethodType', methodType],
  ['MethodDeclaration', method],
  ['PropertyDeclaration', field],
  ['StaticBlock', staticBlock],
  ['ClassDeclaration', classDeclaration],
  ['ClassExpression', classExpression],
  ['Property', property],
  ['VariableDeclaration', variables],
  ['ForOfSpec', variables],
  ['ForInSpec', variables],
];
