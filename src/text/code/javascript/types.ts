/** TypeScript's types, and the declarations that only it has. */
import { NAMESPACE, scopeIn, TYPE, VALUE } from '../scope.ts';
import { childNamed, childrenOf, rangeOf } from '../syntax-node.ts';
import type { Rule } from './reader.ts';

/** `interface Name<T> …` and `type Name<T> = …`. */
const namedType: Rule = (node, setting, reader) => {
  const name = childNamed(node, 'TypeDefinition');
  if (name !== undefined) reader.bind(name, setting.scope, TYPE);
  const inside = scopeIn(setting.scope, 'block', { owner: name && rangeOf(name) });
  const rest = childrenOf(node).filter((child) => child.name !== 'TypeDefinition');
  reader.inside(rest, setting, inside, inside);
};

/** Members of an enumeration are values that know each other. */
const enumeration: Rule = (node, setting, reader) => {
  const name = childNamed(node, 'TypeDefinition');
  const body = childNamed(node, 'EnumBody');
  if (name === undefined) return;
  reader.bind(name, setting.scope, VALUE | TYPE | NAMESPACE);
  const inside = reader.sharedScope(name, setting.scope);
  for (const child of body === undefined ? [] : childrenOf(body)) {
    if (child.name === 'PropertyName') reader.bind(child, inside);
    else reader.inside([child], setting, inside);
  }
};

const namespace: Rule = (node, setting, reader) => {
  const name = childNamed(node, 'VariableDefinition');
  if (name !== undefined) reader.bind(name, setting.scope, VALUE | NAMESPACE);
  const inside = name === undefined ? scopeIn(setting.scope, 'function') : reader.sharedScope(name, setting.scope);
  for (const child of childrenOf(node)) {
    if (child.name === 'Block') reader.inside(childrenOf(child), setting, inside);
  }
};

const typeDefinition: Rule = (node, { scope, into }, reader) => reader.bind(node, into ?? scope, TYPE);

/** In code that was mended, what stands before `is` is a parameter. */
const typeName: Rule = (node, { scope }, reader) => {
  const follows = /\s+is\s/y;
  follows.lastIndex = node.to;
  reader.use(node, scope, follows.test(reader.code) ? VALUE : TYPE);
};

/** `Space.Name` and `Name["key"]`. */
const indexedType: Rule = (node, setting, reader) => {
  const children = childrenOf(node);
  for (const [i, child] of children.entries()) {
    if (child.name !== 'TypeName') reader.inside([child], setting, setting.scope);
    else if (i === 0 && children[1]?.name === '.') reader.use(child, setting.scope, NAMESPACE);
    else if (children[i - 1]?.name !== '.') reader.use(child, setting.scope, TYPE);
  }
};

/** `A extends B ? C : D`: what B infers is known in B and C. */
const conditionalType: Rule = (node, setting, reader) => {
  const inside = scopeIn(setting.scope, 'block');
  const children = childrenOf(node);
  const start = children.findIndex(({ name }) => name === 'extends');
  const end = children.findLastIndex(({ name }) => name === 'LogicOp');
  for (const [i, child] of children.entries()) {
    if (i < start || i > end) reader.inside([child], setting, setting.scope);
    else reader.inside([child], { ...setting, infers: inside }, inside);
  }
};

const inferredType: Rule = (node, { infers }, reader) => {
  const name = childNamed(node, 'TypeName');
  if (name !== undefined) reader.bind(name, infers, TYPE);
};

/** `[K in Keys]: …` binds K for what follows. */
const indexSignature: Rule = (node, setting, reader) => {
  const children = childrenOf(node);
  const name = childNamed(node, 'PropertyDefinition');
  const isMapped = children.some((child) => child.name === 'in');
  const inside = isMapped ? scopeIn(setting.scope, 'block') : setting.scope;
  if (isMapped && name !== undefined) reader.bind(name, inside, TYPE);
  reader.inside(children, setting, inside);
};

export const typeRules: readonly [string, Rule][] = [
  ['InterfaceDeclaration', namedType],
  ['TypeAliasDeclaration', namedType],
  ['EnumDeclaration', enumeration],
  ['NamespaceDeclaration', namespace],
  ['TypeDefinition', typeDefinition],
  ['TypeName', typeName],
  ['IndexedType', indexedType],
  ['ConditionalType', conditionalType],
  ['InferredType', inferredType],
  ['IndexSignature', indexSignature],
];
