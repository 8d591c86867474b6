/** Tensors as a text for a link: all of few numbers; of many, a name for those that are kept on this page. */
import { countOf } from '../../files/tensor.ts';
import { type Entry, entryOf, isLoaded, nested, valuesOf } from './entry.ts';

/** With these a link has some 4,000 characters, which all that passes links on takes. */
const MOST_NUMBERS = 256;
const MOST_CHARACTERS = 20_000;
const MOST_RANK = 8;
/** JSON has none of these. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** As JSON: `[["q", "query", "float32", [[1, 0]]]]`, each a name, a role, a dtype and the numbers. Undefined where they are many. */
export function writeEntries(entries: readonly Entry[]): string | undefined {
  const numbers = entries.reduce((sum, { shape }) => sum + countOf(shape), 0);
  if (numbers > MOST_NUMBERS) return undefined;
  const lists = entries.map((entry) => {
    // A dimension of 0 hides those behind it.
    if (!isLoaded(entry) || entry.shape.includes(0)) return undefined;
    const { name, role, dtype, shape, values } = entry;
    const leaf = (index: number) => {
      const value = values[index];
      return Number.isFinite(value) ? value : String(value);
    };
    // Numbers that were typed are wider than what they are called.
    const isWider = values instanceof Float64Array && valuesOf(dtype, []) instanceof Float32Array && dtype !== 'bool';
    return [name, role ?? '', isWider ? 'float64' : dtype, nested(shape, leaf)];
  });
  const text = JSON.stringify(lists);
  return lists.includes(undefined) || text.length > MOST_CHARACTERS ? undefined : text;
}

/** Undefined where a text is not of tensors, as in a link that somebody has cut. */
export function readEntries(text: string): Entry[] | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  let lists: unknown;
  try {
    lists = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(lists)) return undefined;
  const entries = lists.map(readEntry);
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

function readEntry(list: unknown): Entry | undefined {
  if (!Array.isArray(list)) return undefined;
  const [name, role, dtype, numbers]: unknown[] = list;
  if (typeof name !== 'string' || typeof role !== 'string' || typeof dtype !== 'string') return undefined;
  if (isDeeper(numbers, MOST_RANK)) return undefined;
  const shape = shapeOf(numbers);
  const flat = (Array.isArray(numbers) ? numbers.flat(MOST_RANK) : [numbers]).map(numberOf);
  if (flat.includes(undefined) || flat.length !== countOf(shape)) return undefined;
  if (JSON.stringify(nested(shape, () => 0)) !== JSON.stringify(zeros(numbers))) return undefined;
  const values = valuesOf(
    dtype,
    flat.map((number) => number ?? Number.NaN),
  );
  return entryOf({ name, dtype, shape, values }, role || undefined);
}

/** Goes no deeper than it asks: a link may have thousands of lists in each other. */
const isDeeper = (numbers: unknown, rank: number): boolean =>
  Array.isArray(numbers) && (rank === 0 || numbers.some((inner) => isDeeper(inner, rank - 1)));

/** Of the first lists; whether the others are as long is seen by what they hold. */
const shapeOf = (numbers: unknown): number[] =>
  Array.isArray(numbers) && numbers.length > 0 ? [numbers.length, ...shapeOf(numbers[0])] : [];

const zeros = (numbers: unknown): unknown => (Array.isArray(numbers) ? numbers.map(zeros) : 0);

function numberOf(one: unknown): number | undefined {
  if (typeof one === 'string') return WORDS.get(one);
  return typeof one === 'number' ? one : undefined;
}
