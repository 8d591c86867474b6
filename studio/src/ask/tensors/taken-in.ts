/** Tensors of files that were opened, among those on the page: what each is, is guessed. */
import type { OpenedFile } from '../../files/tensor.ts';
import type { Entry } from './entry.ts';
import { guessed, ROLE_ORDER } from './guess.ts';
import { isOption } from './options-in.ts';

const MATRICES = ['query', 'key', 'value'];

/** Their numbers are still in their files; a number alone is an option. Those that have no name are called as their file. */
export function entriesIn(files: readonly OpenedFile[]): Entry[] {
  return files.flatMap(({ name: fileName, tensors }) =>
    tensors
      .filter((file) => !isOption(file))
      .map((file): Entry => {
        const { name, dtype, shape } = file;
        return { name: name || fileName, dtype, shape, role: undefined, values: undefined, file };
      }),
  );
}

/**
 * Two or more of query, key and value are another request; what is less is put among those that are there, in place of those
 * that have its role.
 */
export function takenIn(before: readonly Entry[], opened: readonly Entry[]): Entry[] {
  const alone = guessed(opened);
  if (alone.filter((role) => role !== undefined && MATRICES.includes(role)).length > 1) return withRoles(opened, alone);
  const taken = new Set(before.flatMap(({ role }) => role ?? []));
  // By its name it takes the place of another; by its shape only one that is free.
  const named = guessed(opened.map((entry) => ({ ...entry, shape: [] })));
  const free = guessed(opened, new Set([...taken].filter((role) => !named.includes(role))));
  const added = withRoles(
    opened,
    named.map((role, i) => role ?? free[i]),
  );
  const roles = new Set(added.flatMap(({ role }) => role ?? []));
  return [...before.filter(({ role }) => role === undefined || !roles.has(role)), ...added];
}

/** In the order of a request, what is not sent last: a file may have hundreds. */
export const inOrder = (entries: readonly Entry[]): Entry[] => entries.toSorted((a, b) => placeOf(a) - placeOf(b));

function placeOf({ role }: Entry): number {
  if (role === undefined) return ROLE_ORDER.length + 1;
  const place = ROLE_ORDER.indexOf(role);
  return place === -1 ? ROLE_ORDER.length : place;
}

const withRoles = (entries: readonly Entry[], roles: readonly (string | undefined)[]): Entry[] =>
  entries.map((entry, i) => ({ ...entry, role: roles[i] }));
