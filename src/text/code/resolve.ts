import type { CodeLink, Range } from './link.ts';
import type { NamePlace, Scope } from './scope.ts';

/**
 * Links of all names: a use looks at the first place that binds its name in the nearest scope that has it, later bindings at
 * the first, and the first at the function or class around it; an imported name at its module.
 */
export function nameLinks(places: readonly NamePlace[]): CodeLink[] {
  const inOrder = places.filter(({ range }) => range.start < range.end).sort((a, b) => a.range.start - b.range.start);
  bindAll(inOrder);
  const links: CodeLink[] = [];
  for (const place of inOrder) {
    const link = linkOf(place);
    if (link !== undefined && link.to !== place.range.start) links.push(link);
  }
  return links;
}

function bindAll(places: readonly NamePlace[]): void {
  const bindings = places.filter(({ binds }) => binds);
  for (const place of bindings) if (!place.scope.redirected.has(place.name)) bind(place, place.scope);
  // What a function binds by `global` is bound there only if the module itself does not.
  for (const place of bindings) {
    const scope = place.scope.redirected.get(place.name);
    if (scope !== undefined && scope !== 'around') bind(place, scope);
  }
}

function bind(place: NamePlace, scope: Scope): void {
  const bound = scope.names.get(place.name);
  if (bound === undefined) scope.names.set(place.name, [place]);
  else if (bound.every(({ meaning }) => (place.meaning & ~meaning) !== 0)) bound.push(place);
}

function linkOf(place: NamePlace): CodeLink | undefined {
  const from = place.range;
  if (place.leadsTo !== undefined) return { from, to: place.leadsTo.to.start, kind: place.leadsTo.kind };
  const binding = bindingOf(place);
  if (binding === undefined) return undefined;
  if (binding === place) {
    const owner = ownerOf(place);
    return owner === undefined ? undefined : { from, to: owner.start, kind: 'scope' };
  }
  const kind = binding.isImport ? 'import' : place.isCall ? 'call' : 'declaration';
  return { from, to: binding.range.start, kind };
}

function bindingOf({ name, scope, meaning }: NamePlace): NamePlace | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    // Methods do not see the names of their class.
    if (at.kind === 'class' && at !== scope && !(scope.kind === 'annotation' && scope.parent === at)) continue;
    const redirected = at.redirected.get(name);
    if (redirected === 'around') continue;
    const names = (redirected ?? at).names.get(name);
    const found = names?.find((binding) => (binding.meaning & meaning) !== 0);
    if (found !== undefined || redirected !== undefined) return found;
  }
  return undefined;
}

/** The name of the function or class that a binding is in. */
function ownerOf({ name, range, scope }: NamePlace): Range | undefined {
  if (scope.redirected.has(name)) return undefined;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.owner !== undefined && at.owner.start !== range.start) return at.owner;
  }
  return undefined;
}
