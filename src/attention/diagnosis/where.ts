/** Where numbers are off: by batch entry, head, rows and columns. */
import { type Diagnosis, placeOf, rowCount } from './diagnosis.ts';
import { rowWidth, unitCount } from './dump.ts';
import { inRange, isBeyond, type Tolerance } from './errors.ts';
import { givenStart, rightRow } from './residual.ts';

/** Errors of a range of an axis. */
export interface AxisErrors {
  from: number;
  /** The end, which is not in it. */
  to: number;
  rootMeanSquare: number;
  maxAbsolute: number;
  beyondTolerance: number;
}

/** A number that is off. */
export interface WorstNumber {
  /** [batch, head, row, column]. */
  index: readonly [number, number, number, number];
  given: number;
  right: number;
}

export interface Places {
  batches: readonly AxisErrors[];
  units: readonly AxisErrors[];
  rows: readonly AxisErrors[];
  columns: readonly AxisErrors[];
  worst: readonly WorstNumber[];
  /** [batch·units, parts of rows]: root mean square, for a map. */
  map: readonly (readonly number[])[];
  /** Whether a row has a number that is off, for each row; and how many are off in each column. */
  rowsOff: Uint8Array;
  columnsOff: Float64Array;
}

/** Parts that an axis is cut into, at most. */
const MOST_PARTS = 32;
const MOST_WORST = 8;

/** Sums of one part of an axis. */
class Part {
  squares = 0;
  max = 0;
  beyond = 0;
  count = 0;

  add(off: number, isOff: boolean): void {
    this.count++;
    if (isOff) this.beyond++;
    if (!Number.isFinite(off)) return;
    this.squares += off * off;
    if (off > this.max) this.max = off;
  }

  errors(from: number, to: number): AxisErrors {
    const count = Math.max(1, this.count);
    return {
      from,
      to,
      rootMeanSquare: inRange(Math.sqrt(this.squares / count)),
      maxAbsolute: this.max,
      beyondTolerance: this.beyond / count,
    };
  }
}

/** An axis in parts of the same length. */
class Axis {
  readonly each: number;
  readonly parts: Part[];
  readonly #length: number;

  constructor(length: number) {
    this.#length = length;
    this.each = Math.max(1, 2 ** Math.ceil(Math.log2(length / MOST_PARTS)));
    this.parts = Array.from({ length: Math.ceil(length / this.each) }, () => new Part());
  }

  partOf(at: number): Part {
    return this.parts[Math.floor(at / this.each)];
  }

  errors(): AxisErrors[] {
    return this.parts.map((part, at) => part.errors(at * this.each, Math.min((at + 1) * this.each, this.#length)));
  }
}

/** Looks at all numbers once. */
export function placesOf(diagnosis: Diagnosis, tolerance: Tolerance): Places {
  const { dump } = diagnosis;
  const { batch, queryLength } = dump.problem;
  const [units, width] = [unitCount(dump), rowWidth(dump)];
  const axes = { batch: new Axis(batch), unit: new Axis(units), row: new Axis(queryLength), column: new Axis(width) };
  const heads = Array.from({ length: Math.min(batch * units, 16) }, () => new Axis(queryLength));
  const rowsOff = new Uint8Array(rowCount(dump));
  const columnsOff = new Float64Array(width);
  const worst = new Worst();
  for (let index = 0; index < rowsOff.length; index++) {
    const place = placeOf(dump, index);
    const start = givenStart(diagnosis, place);
    const right = rightRow(diagnosis, place);
    const parts = [axes.batch.partOf(place.batch), axes.unit.partOf(place.unit), axes.row.partOf(place.row)];
    const onMap = heads[place.batch * units + place.unit]?.partOf(place.row);
    if (onMap !== undefined) parts.push(onMap);
    for (let x = 0; x < width; x++) {
      const given = dump.given.output[start + x];
      const isOff = isBeyond(given, right[x], tolerance);
      const off = Object.is(given, right[x]) ? 0 : Math.abs(given - right[x]);
      for (const part of parts) part.add(off, isOff);
      axes.column.partOf(x).add(off, isOff);
      if (!isOff) continue;
      rowsOff[index] = 1;
      columnsOff[x]++;
      worst.add({ index: [place.batch, place.unit, place.row, x], given, right: right[x] });
    }
  }
  return {
    batches: axes.batch.errors(),
    units: axes.unit.errors(),
    rows: axes.row.errors(),
    columns: axes.column.errors(),
    worst: worst.numbers,
    map: heads.map((axis) =>
      axis
        .errors()
        .map(({ rootMeanSquare, beyondTolerance }) =>
          beyondTolerance > 0 && rootMeanSquare === 0 ? Number.POSITIVE_INFINITY : rootMeanSquare,
        ),
    ),
    rowsOff,
    columnsOff,
  };
}

/** The numbers that are farthest off; what is no number is farther than all. */
class Worst {
  numbers: WorstNumber[] = [];
  #least = 0;

  add(number: WorstNumber): void {
    const off = farness(number);
    if (this.numbers.length === MOST_WORST && off <= this.#least) return;
    this.numbers = [...this.numbers, number].sort((a, b) => farness(b) - farness(a)).slice(0, MOST_WORST);
    this.#least = farness(this.numbers[this.numbers.length - 1]);
  }
}

function farness({ given, right }: WorstNumber): number {
  const off = Math.abs(given - right);
  return Number.isNaN(off) ? Number.MAX_VALUE : Math.min(off, Number.MAX_VALUE);
}
