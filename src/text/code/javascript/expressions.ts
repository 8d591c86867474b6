/** Blocks, patterns, and the expressions that names stand in. */
import { scopeIn } from '../scope.ts';
import { childrenOf } from '../syntax-node.ts';
import type { Rule } from './reader.ts';

/** A scope of its own, in which a pattern (of `catch`) is bound. */
const block: Rule = (node, setting, reader) => {
  const inside = scopeIn(setting.scope, 'block');
  reader.inside(childrenOf(node), setting, inside, inside);
};

/** Lists of what is bound, or assigned to. */
const list: Rule = (node, setting, reader) => reader.all(childrenOf(node), setting);

const variable: Rule = (node, { scope }, reader) => reader.use(node, scope);

/** The grammar calls the names of all patterns definitions. */
const definition: Rule = (node, { scope, into }, reader) => {
  if (into === undefined) reader.use(node, scope);
  else reader.bind(node, into);
};

/** `a: b = c`, or `a = c` for `a: a = c`; code that breaks off after a has the first shape. */
const patternProperty: Rule = (node, setting, reader) => {
  const children = childrenOf(node);
  const [name] = children;
  if (name?.name === 'PropertyName' && children.every((child) => child.name !== ':')) definition(name, setting, reader);
  reader.all(children, setting);
};

const call: Rule = (node, setting, reader) => {
  for (const [i, child] of childrenOf(node)
    .filter(({ name }) => name !== 'new')
    .entries()) {
    if (i > 0) reader.inside([child], setting, setting.scope);
    else if (child.name === 'VariableName') reader.use(child, setting.scope, undefined, true);
    else if (child.name === 'InstantiationExpression') call(child, setting, reader);
    else reader.inside([child], setting, setting.scope);
  }
};

/** `<Name a={b}>`: names of elements are variables, those of attributes are not. */
const markup: Rule = (node, setting, reader) => {
  for (const child of childrenOf(node)) {
    if (child.name === 'JSXIdentifier') reader.use(child, setting.scope);
    else if (child.name === 'JSXMemberExpression') markupMember(child, setting, reader);
    else reader.inside([child], setting, setting.scope);
  }
};

/** `<Name.Part.Part>`: the first name is a variable. */
const markupMember: Rule = (node, { scope }, reader) => {
  let first = node;
  while (first.name === 'JSXMemberExpression' && first.firstChild !== null) first = first.firstChild;
  reader.use(first, scope);
};

export const expressionRules: readonly [string, Rule][] = [
  ['Block', block],
  ['ForStatement', block],
  ['SwitchBody', block],
  ['CatchClause', block],
  ['ParamList', list],
  ['ArrayPattern', list],
  ['ObjectPattern', list],
  ['PatternProperty', patternProperty],
  ['VariableName', variable],
  ['VariableDefinition', definition],
  ['CallExpression', call],
  ['NewExpression', call],
  ['TaggedTemplateExpression', call],
  ['JSXOpenTag', markup],
  ['JSXCloseTag', markup],
  ['JSXSelfClosingTag', markup],
];
