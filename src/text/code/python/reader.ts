import type { SyntaxNode } from '@lezer/common';
import type { CodeLink } from '../link.ts';
import { type Scope, scopeBeyond, scopeIn } from '../scope.ts';
import { childrenOf, rangeOf } from '../syntax-node.ts';
import { TreeReader } from '../tree-reader.ts';

/** What is known of a part of the code before it is read. */
export interface Setting {
  scope: Scope;
  /** Whether names are bound there, as on the left of `=`. */
  binds: boolean;
}

/** Reads a kind of node. */
export type Rule = (node: SyntaxNode, setting: Setting, reader: PythonReader) => void;

/** Goes through a tree of Python, and writes down where names are bound and used. */
export class PythonReader extends TreeReader<Setting> {
  readonly #rules: ReadonlyMap<string, Rule>;

  constructor(code: string, rules: ReadonlyMap<string, Rule>) {
    super(code);
    this.#rules = rules;
  }

  read(top: SyntaxNode): CodeLink[] {
    return this.readAll(top, { scope: scopeIn(undefined, 'function'), binds: false });
  }

  protected override visit(node: SyntaxNode, setting: Setting): void {
    const rule = this.#rules.get(node.name);
    if (rule === undefined) this.uses(childrenOf(node), setting.scope);
    else rule(node, setting, this);
  }

  /** What is used in a scope. */
  uses(nodes: readonly SyntaxNode[], scope: Scope): void {
    this.all(nodes, { scope, binds: false });
  }

  /** What gets a value in a scope. */
  targets(nodes: readonly SyntaxNode[], scope: Scope): void {
    this.all(nodes, { scope, binds: true });
  }

  bind(node: SyntaxNode, scope: Scope): void {
    this.names.bind(this.nameOf(node, scope), rangeOf(node), scope);
  }

  /** Names are equal when their normal forms (NFKC) are, and private ones of a class belong to it. */
  nameOf({ from, to }: SyntaxNode, { privateTo }: Scope): string {
    const name = this.code.slice(from, to).normalize('NFKC');
    const isPrivate = privateTo !== '' && name.startsWith('__') && !name.endsWith('__');
    return isPrivate ? `_${privateTo}${name}` : name;
  }

  /** A name where it stands by itself: bound if a value goes there, also by `:=`; used if not. */
  name(node: SyntaxNode, { scope, binds }: Setting, isCall = false): void {
    if (binds) this.bind(node, scope);
    else if (this.#isBoundHere(node)) this.bind(node, scopeBeyond('comprehension', scope));
    else {
      const name = this.nameOf(node, scope);
      const owner = name === '__class__' ? classAround(scope) : undefined;
      if (owner === undefined) this.names.use(name, rangeOf(node), scope, { isCall });
      else this.names.lead(rangeOf(node), scope, owner, 'declaration');
    }
  }

  /** Whether `:=` follows; in a formatted string that is a format. */
  #isBoundHere({ to, parent }: SyntaxNode): boolean {
    const follows = /[ \t]*:=/y;
    follows.lastIndex = to;
    return parent?.name !== 'FormatReplacement' && follows.test(this.code);
  }
}

/** The name of the class that a method is in: what `__class__` is. */
function classAround(scope: Scope): Scope['owner'] {
  for (let at = scope.parent; at !== undefined; at = at.parent) if (at.kind === 'class') return at.owner;
  return undefined;
}
