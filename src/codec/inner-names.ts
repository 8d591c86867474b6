/** is_causal → isCausal */
type CamelCase<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Name;

/** What was read of a request, in the names of our own code: its members in camelCase, their values as they are. */
export type InnerNames<T> = { [Name in keyof T as CamelCase<Name>]: T[Name] };

/** The one way from the names of the wire to ours: by rule, so that no option is ever renamed by hand. */
export function innerNames<T extends object>(wire: T): InnerNames<T>;
export function innerNames(wire: Readonly<Record<string, unknown>>): object {
  const inner: Record<string, unknown> = {};
  for (const name of Object.keys(wire)) inner[innerName(name)] = wire[name];
  return inner;
}

const known = new Map<string, string>();

function innerName(name: string): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const inner = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  known.set(name, inner);
  return inner;
}
