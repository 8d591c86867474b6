import type { CodeLink, LinkKind, Range } from './link.ts';
import { nameLinks } from './resolve.ts';
import { type NamePlace, type Scope, VALUE } from './scope.ts';

/** The places where names stand, as a reader of a language finds them. */
export class Names {
  readonly #places: NamePlace[] = [];

  /** A name that is used. */
  use(name: string, range: Range, scope: Scope, { meaning = VALUE, isCall = false } = {}): void {
    this.#add({ name, range, scope, meaning, binds: false, isCall, isImport: false, leadsTo: undefined });
  }

  /** A name that gets something to stand for. */
  bind(name: string, range: Range, scope: Scope, meaning = VALUE): void {
    this.#add({ name, range, scope, meaning, binds: true, isCall: false, isImport: false, leadsTo: undefined });
  }

  /** A name that is imported from a module, or that is an alias of one that is; undefined for what is the module itself. */
  import(
    name: string,
    range: Range,
    scope: Scope,
    { from, meaning }: { from: Range | undefined; meaning: number },
  ): void {
    const leadsTo = from && { to: from, kind: 'import' as const };
    this.#add({ name, range, scope, meaning, binds: true, isCall: false, isImport: true, leadsTo });
  }

  /** A name that is not looked up, as it can lead to one place only. */
  lead(range: Range, scope: Scope, to: Range, kind: LinkKind): void {
    const nothing = { name: '', meaning: 0, binds: false, isCall: false, isImport: false };
    this.#add({ ...nothing, range, scope, leadsTo: { to, kind } });
  }

  links(): CodeLink[] {
    return nameLinks(this.#places);
  }

  #add(place: NamePlace): void {
    this.#places.push(place);
  }
}
