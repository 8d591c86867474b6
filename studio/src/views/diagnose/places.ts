/** The parts that errors are told by, with their names: heads and rows as a map, and each axis as a strip. */
import type { AnyNumber, Diagnosis } from '../../ask/diagnose/diagnosed.ts';
import type { HeadPlace } from '../../ask/diagnose/post-dump.ts';
import { largestOf } from '../patterns/pattern-sheet.ts';

export type AxisName = 'batch' | 'head' | 'rows' | 'columns';
type AxisPart = Diagnosis['where']['by_rows'][number];

/** What a part of an axis is called, in words. */
const WORDS: Record<AxisName, { one: string; several: string }> = {
  batch: { one: 'batch entry', several: 'batch entries' },
  head: { one: 'head', several: 'heads' },
  rows: { one: 'row', several: 'rows' },
  columns: { one: 'column', several: 'columns' },
};

export interface AxisStrip {
  name: AxisName;
  title: string;
  parts: readonly AxisPart[];
}

/** Those that have more than one part; what multi-head attention answers has no heads. */
export function stripsOf({ by_batch, by_head, by_rows, by_columns }: Diagnosis['where']): AxisStrip[] {
  const all = { batch: by_batch, head: by_head, rows: by_rows, columns: by_columns };
  const names: readonly AxisName[] = ['batch', 'head', 'rows', 'columns'];
  return names
    .map((name) => ({ name, title: WORDS[name].several, parts: all[name] }))
    .filter(({ parts }) => parts.length > 1);
}

/** The numbers of a part: `4`, or `4–7`. */
export const shortName = ({ from, to }: AxisPart): string => (to - from === 1 ? `${from}` : `${from}–${to - 1}`);

export function longName(axis: AxisName, part: AxisPart): string {
  const { one, several } = WORDS[axis];
  return part.to - part.from === 1 ? `${one} ${part.from}` : `${several} ${part.from} to ${part.to - 1}`;
}

/** How many there are: of multi-head attention the number of heads is not told. */
export function countsOf({ by_batch, by_head }: Diagnosis['where']): { batch: number; heads: number | undefined } {
  return { batch: by_batch.at(-1)?.to ?? 1, heads: by_head.at(-1)?.to };
}

export interface ErrorMap {
  /** Row by row: of each part of the rows, each head. */
  values: Float32Array;
  /** The largest that is finite. */
  largest: number;
  columnNames: readonly string[];
  /** Of a column, in words. */
  columnTitles: readonly string[];
  /** The head that a column is of; undefined where heads are joined. */
  columns: readonly (HeadPlace | undefined)[];
}

export function mapOf(where: Diagnosis['where']): ErrorMap {
  const { map, by_rows } = where;
  const { batch, heads } = countsOf(where);
  const values = new Float32Array(by_rows.length * map.length);
  for (const [column, errors] of map.entries())
    for (const [row, error] of errors.entries()) values[row * map.length + column] = numberOf(error);
  const columns = map.map((_, at) =>
    heads === undefined ? undefined : { batch: Math.floor(at / heads), head: at % heads },
  );
  const name = (place: HeadPlace | undefined, at: number) =>
    place === undefined || batch === 1 ? `${at}` : `${place.batch}·${place.head}`;
  const title = (place: HeadPlace | undefined, at: number) => {
    if (place === undefined) return `batch entry ${at}`;
    return batch === 1 ? `head ${place.head}` : `batch entry ${place.batch}, head ${place.head}`;
  };
  return {
    values,
    largest: largestOf(values),
    columnNames: columns.map(name),
    columnTitles: columns.map(title),
    columns,
  };
}

/** Of what JSON has a number for, and of what it has a text for. */
export const numberOf = (value: AnyNumber): number => Number(value);

/** The head to look at first: the first that is off. */
export function firstOff(where: Diagnosis['where']): HeadPlace {
  const isOff = ({ beyond_tolerance }: AxisPart) => beyond_tolerance > 0;
  const first = (named: readonly number[] | undefined, parts: readonly AxisPart[]) =>
    named?.[0] ?? parts.find(isOff)?.from ?? 0;
  return { batch: first(where.batch, where.by_batch), head: first(where.heads, where.by_head) };
}
