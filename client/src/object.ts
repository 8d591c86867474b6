/** What a value must have, for the client to read it as what it says it is. */

export type Kind = 'string' | 'number' | 'object';

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is an object with members of these kinds; lists are objects among them. */
export function hasMembers(value: unknown, kinds: Readonly<Record<string, Kind>>): value is object {
  return (
    isObject(value) &&
    Object.entries(kinds).every(([name, kind]) => {
      const member: unknown = Reflect.get(value, name);
      return typeof member === kind && member !== null;
    })
  );
}
