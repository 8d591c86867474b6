import type { LinkKind, Range } from './link.ts';

/** What a name can stand for, as bits: TypeScript keeps values, types and namespaces apart; elsewhere all are values. */
export const VALUE = 1;
export const TYPE = 2;
export const NAMESPACE = 4;
export const ANYTHING = VALUE | TYPE | NAMESPACE;

/** A place in the code where a name stands. */
export interface NamePlace {
  name: string;
  range: Range;
  scope: Scope;
  /** What it may stand for. */
  meaning: number;
  /** Whether the name is bound here, or only used. */
  binds: boolean;
  isCall: boolean;
  isImport: boolean;
  /** Where it leads without being looked up, such as an imported name to its module. */
  leadsTo: { to: Range; kind: LinkKind } | undefined;
}

/** A part of the code with names of its own. */
export interface Scope {
  parent: Scope | undefined;
  /**
   * `class` is one of Python, whose names the scopes inside it do not see, but that of its type parameters (`annotation`).
   * `:=` in a comprehension and `var` in a block bind around it.
   */
  kind: 'function' | 'class' | 'comprehension' | 'block' | 'annotation';
  /** The name of the function or class whose scope this is; undefined for one without. */
  owner: Range | undefined;
  /** The first places that bind each name, one for each meaning that an earlier one lacks. */
  names: Map<string, NamePlace[]>;
  /** Names that stand for those of another scope: Python's `global` (the module's), and `nonlocal` ('around'). */
  redirected: Map<string, Scope | 'around'>;
  /** In Python, the class whose private names (`__name`) are those here; empty where there is none. */
  privateTo: string;
}

export function scopeIn(
  parent: Scope | undefined,
  kind: Scope['kind'],
  { owner, privateTo = parent?.privateTo ?? '' }: { owner?: Range; privateTo?: string } = {},
): Scope {
  return { parent, kind, owner, names: new Map(), redirected: new Map(), privateTo };
}

/** The nearest scope, this one or around it, that is of another kind than `kind`. */
export function scopeBeyond(kind: Scope['kind'], scope: Scope): Scope {
  let at = scope;
  while (at.kind === kind && at.parent !== undefined) at = at.parent;
  return at;
}
