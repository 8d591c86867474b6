/** A JSON pointer of the service → a cell of a tensor, a tensor, or an option. */
import type { Answered } from '../../ask/answered.ts';
import type { Entry } from '../../ask/tensors/entry.ts';

export type FaultPlace =
  | { is: 'cell'; role: string; index: readonly number[] }
  | { is: 'tensor'; role: string }
  /** By its path, and by what is in it. */
  | { is: 'option'; path: string };

interface Fault {
  pointer?: string | undefined;
  detail: string;
}

/** Undefined where a problem is about no place of the request. */
export function placeOfFault({ pointer, detail }: Fault, entries: readonly Entry[]): FaultPlace | undefined {
  const names =
    pointer
      ?.split('/')
      .slice(1)
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')) ?? [];
  if (names.length === 0 || names[0] === '') return undefined;
  const entry = entries.find(({ role }) => role?.split('.').every((name, i) => names[i] === name));
  if (entry?.role === undefined) return { is: 'option', path: names.filter((name) => !/^\d+$/.test(name)).join('.') };
  const { role, shape } = entry;
  const index = indexOf(names.slice(role.split('.').length), detail, shape);
  const isCell = index.length === shape.length && index.every((at, i) => Number.isInteger(at) && at < shape[i]);
  return isCell && index.length > 0 ? { is: 'cell', role, index } : { is: 'tensor', role };
}

/** Of bytes only the number of the element is told, in words. */
function indexOf(names: readonly string[], detail: string, shape: readonly number[]): number[] {
  const [, element] = /\belement (\d+)/.exec(detail) ?? [];
  return names[0] === 'data' && element !== undefined ? unraveled(Number(element), shape) : names.map(Number);
}

export function unraveled(element: number, shape: readonly number[]): number[] {
  let rest = element;
  return shape
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .toReversed();
}

/** What is said of an option, where a request was refused for one. */
export function refusedOption(
  place: FaultPlace | undefined,
  answered: Answered<unknown>,
): { path: string; detail: string } | undefined {
  return place?.is === 'option' && answered.is === 'refused'
    ? { path: place.path, detail: answered.problem.detail }
    : undefined;
}

/** Of an element in a document, see the components. */
export const idOfOption = (scope: string, path: string): string => `${scope}-${path.replaceAll('.', '-')}`;
export const idOfCell = (role: string, row: number, column: number): string =>
  `cell-${role.replaceAll('.', '-')}-${row}-${column}`;
export const idOfTensor = (role: string): string => `tensor-${role.replaceAll('.', '-')}`;
