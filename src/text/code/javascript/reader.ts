import type { SyntaxNode } from '@lezer/common';
import type { CodeLink } from '../link.ts';
import { type Scope, scopeIn, VALUE } from '../scope.ts';
import { childrenOf, rangeOf } from '../syntax-node.ts';
import { TreeReader } from '../tree-reader.ts';

/** What is known of a part of the code before it is read. */
export interface Setting {
  scope: Scope;
  /** Where the names of patterns and type parameters are bound; undefined where patterns are assigned to. */
  into: Scope | undefined;
  /** Where `infer` binds. */
  infers: Scope;
}

/** Reads a kind of node. */
export type Rule = (node: SyntaxNode, setting: Setting, reader: JavascriptReader) => void;

/** Goes through a tree of JavaScript or TypeScript, and writes down where names are bound and used. */
export class JavascriptReader extends TreeReader<Setting> {
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #shared = new Map<Scope, Map<string, Scope>>();

  constructor(code: string, rules: ReadonlyMap<string, Rule>) {
    super(code);
    this.#rules = rules;
  }

  read(top: SyntaxNode): CodeLink[] {
    const scope = scopeIn(undefined, 'function');
    return this.readAll(top, { scope, into: undefined, infers: scope });
  }

  protected override visit(node: SyntaxNode, setting: Setting): void {
    const rule = this.#rules.get(node.name);
    if (rule === undefined) this.all(childrenOf(node), { ...setting, into: undefined });
    else rule(node, setting, this);
  }

  /** Has nodes read in a scope where they bind nothing by themselves, or what they bind in `into`. */
  inside(nodes: readonly SyntaxNode[], setting: Setting, scope: Scope, into?: Scope): void {
    this.all(nodes, { ...setting, scope, into });
  }

  bind(node: SyntaxNode, scope: Scope, meaning = VALUE): void {
    this.names.bind(this.textOf(node), rangeOf(node), scope, meaning);
  }

  use(node: SyntaxNode, scope: Scope, meaning = VALUE, isCall = false): void {
    this.names.use(this.textOf(node), rangeOf(node), scope, { meaning, isCall });
  }

  textOf({ from, to }: SyntaxNode): string {
    return this.code.slice(from, to);
  }

  /** The scope of a namespace or an enumeration, all parts of which share their names. */
  sharedScope(name: SyntaxNode, scope: Scope): Scope {
    const parts = this.#shared.get(scope) ?? new Map<string, Scope>();
    this.#shared.set(scope, parts);
    const owner = rangeOf(name);
    const shared = parts.get(this.textOf(name)) ?? scopeIn(scope, 'function', { owner });
    // Parts are not read in order.
    if (shared.owner === undefined || owner.start < shared.owner.start) shared.owner = owner;
    parts.set(this.textOf(name), shared);
    return shared;
  }
}
