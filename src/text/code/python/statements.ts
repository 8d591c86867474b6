/** Statements that bind names, and the expressions that names stand in. */
import type { SyntaxNode } from '@lezer/common';
import { childrenOf, rangeOf } from '../syntax-node.ts';
import type { Rule } from './reader.ts';

const variable: Rule = (node, setting, reader) => reader.name(node, setting);

/** `a = b = value`, `a: type = value`, `a: type`: all but the last part are targets. */
const assignment: Rule = (node, { scope }, reader) => {
  const children = childrenOf(node);
  const operator = children.findLastIndex(({ name }) => name === 'AssignOp');
  const end = operator < 0 ? children.length : operator;
  for (const [i, child] of children.entries()) {
    if (i < end && child.name !== 'TypeDef') reader.targets([child], scope);
    else reader.uses([child], scope);
  }
};

/** `a += value`; the target is bound, as Python has it. */
const update: Rule = (node, { scope }, reader) => {
  const [target, ...rest] = childrenOf(node);
  reader.targets([target], scope);
  reader.uses(rest, scope);
};

/** To delete a name is to bind it: it is one of the scope. */
const deletion: Rule = (node, { scope }, reader) => reader.targets(childrenOf(node), scope);

const loop: Rule = (node, { scope }, reader) => {
  const children = childrenOf(node);
  const end = children.findIndex(({ name }) => name === 'in');
  for (const [i, child] of children.entries()) {
    if (i < end) reader.targets([child], scope);
    else reader.uses([child], scope);
  }
};

/** `with a as target`, `except A as name` and `case A as name`. */
const named: Rule = (node, { scope }, reader) => {
  const children = childrenOf(node);
  for (const [i, child] of children.entries()) {
    if (isNamed(children[i - 1], reader.code)) reader.targets([child], scope);
    else reader.uses([child], scope);
  }
};

/** Whether `as` stands before; in code that was mended the tree has a comma for it. */
function isNamed(before: SyntaxNode | undefined, code: string): boolean {
  return before?.name === 'as' || (before?.name === ',' && code[before.from] === 's');
}

const scopeStatement: Rule = (node, { scope }, reader) => {
  const [keyword, ...rest] = childrenOf(node);
  let top = scope;
  while (top.parent !== undefined) top = top.parent;
  for (const child of rest) {
    if (child.name !== 'VariableName') continue;
    const name = reader.nameOf(child, scope);
    if (scope !== top) scope.redirected.set(name, keyword.name === 'global' ? top : 'around');
    reader.names.use(name, rangeOf(child), scope);
  }
};

/** What a target may be made of; the name of anything else that is assigned to (`a.b`, `a[0]`) is used. */
const sequence: Rule = (node, setting, reader) => {
  const children = childrenOf(node);
  for (const [i, child] of children.entries()) {
    const before = children[i - 1];
    if (isNamed(before, reader.code)) reader.targets([child], setting.scope);
    else reader.all([child], setting);
  }
};

const call: Rule = (node, setting, reader) => {
  const [callee, ...rest] = childrenOf(node);
  if (callee.name === 'VariableName') reader.name(callee, { ...setting, binds: false }, true);
  else reader.uses([callee], setting.scope);
  reader.uses(rest, setting.scope);
};

/** `@a.b(c)`: the grammar has no members there. */
const decorator: Rule = (node, { scope }, reader) => {
  const children = childrenOf(node);
  for (const [i, child] of children.entries()) {
    const isMember = children[i - 1]?.name === '.';
    if (child.name !== 'VariableName') reader.uses([child], scope);
    else if (!isMember) reader.name(child, { scope, binds: false }, children[i + 1]?.name === 'ArgList');
  }
};

/** The names of a pattern are bound, but `_`, the classes and the values that it compares with. */
const capture: Rule = (node, { scope }, reader) => {
  const [name] = childrenOf(node);
  if (name?.name === 'VariableName' && reader.code.slice(name.from, name.to) !== '_') reader.bind(name, scope);
};

const keywordPattern: Rule = (node, { scope }, reader) => reader.uses(childrenOf(node).slice(1), scope);

export const statementRules: readonly [string, Rule][] = [
  ['VariableName', variable],
  ['AssignStatement', assignment],
  ['UpdateStatement', update],
  ['DeleteStatement', deletion],
  ['ForStatement', loop],
  ['WithStatement', named],
  ['TryStatement', named],
  ['ScopeStatement', scopeStatement],
  ['TupleExpression', sequence],
  ['ArrayExpression', sequence],
  ['ParenthesizedExpression', sequence],
  ['CallExpression', call],
  ['Decorator', decorator],
  ['CapturePattern', capture],
  ['AsPattern', named],
  ['KeywordPattern', keywordPattern],
];
