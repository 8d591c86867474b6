/** The rows of the tile that is worked on, with their running maximum, factor, sum and accumulator. */
import type { JSX } from 'preact';
import type { StepName } from '../../ask/film/frame.ts';
import { CanvasPicture } from '../../controls/canvas-picture.tsx';
import { unit } from '../../controls/size.ts';
import { short } from '../../pictures/figures.ts';
import { type RecurrenceRow, type RecurrenceSetting, recurrence, recurrenceHeight } from '../../pictures/recurrence.ts';
import { Marks } from '../../pictures/svg.tsx';
import { colors } from '../theme.ts';
import { measure } from './measure.ts';
import { focus, keptOfScene, type Scene } from './shown.ts';

const COLUMNS = { max: 'running_max', rescale: 'rescale', sum: 'running_sum', accumulator: 'accumulator' } as const;

export function TileRows({ here, width }: { here: Scene; width: number }): JSX.Element {
  keptOfScene.value;
  const setting = { ...rowsOf(here, focus.value.query), width, unit: unit.value, measure };
  const height = recurrenceHeight(Math.max(setting.rows.length, here.plan.tile?.rows ?? 0), unit.value);
  const marks = recurrence(setting);
  const isCells = ({ is }: { is: string }) => is === 'cells';
  return (
    <section class="tile-rows" aria-label="The rows of this tile">
      <p class="label">the rows of this tile, so far</p>
      <div class="matrix" style={{ width: `${width}px`, height: `${height}px` }}>
        <CanvasPicture marks={marks.filter(isCells)} width={width} height={height} colors={colors.value} />
        <Marks marks={marks.filter((mark) => !isCells(mark))} width={width} height={height} />
      </div>
      <RunningTable rows={setting.rows} />
    </section>
  );
}

/** Of an accumulator the first numbers are told. */
const FIRST = 4;

function RunningTable({ rows }: Pick<RecurrenceSetting, 'rows'>): JSX.Element {
  const columns = ['max m', 'factor α', 'sum ℓ', 'accumulator'];
  return (
    <table class="visually-hidden">
      <caption>The running numbers of each row; of the accumulator the first {FIRST}</caption>
      <thead>
        <tr>
          <td />
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={`${i} ${row.word}`}>
            <th scope="row">{row.word}</th>
            {runningCells(row).map((cell, k) => (
              <td key={columns[k]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What this tile has not touched yet is still what the one before it left; what was never computed is said to be so. */
export function runningCells({ max, rescale, sum, accumulator }: RecurrenceRow): string[] {
  const written = (value: number | undefined) => (value === undefined ? 'not yet' : value === 0 ? '0' : short(value));
  const mixed = accumulator && Array.from(accumulator.subarray(0, FIRST), written).join(', ');
  return [...[max, rescale, sum].map(({ before, now }) => written(now ?? before)), mixed ?? 'not yet'];
}

/** What is known of each row at this step: of this tile where it came so far, else of the tile before. */
export function rowsOf(
  { frame, frames, queries }: Pick<Scene, 'frame' | 'frames' | 'queries'>,
  lit: number,
): Pick<RecurrenceSetting, 'rows' | 'current'> {
  const { seq, head, name, tile } = frame;
  const current = Object.entries(COLUMNS).find(([, step]) => step === name)?.[0];
  const isOver = name === 'z';
  if (tile === undefined && !isOver) return { rows: [], current: undefined };
  const rows = queries.slice(...frame.rows).map((word, i): RecurrenceRow => {
    const row = frame.rows[0] + i;
    const of = (step: StepName) => {
      const last = frames.last(seq, head, step);
      if (last === undefined || last.rows[0] !== frame.rows[0]) return { before: undefined, now: undefined };
      const width = last.numbers.length / (last.rows[1] - last.rows[0]);
      const values = last.numbers.subarray(i * width, (i + 1) * width);
      const isNow = isOver || last.tile?.index === tile?.index;
      return isNow ? { before: undefined, now: values } : { before: values, now: undefined };
    };
    const first = (step: StepName) => {
      const { before, now } = of(step);
      return { before: before?.[0], now: now?.[0] };
    };
    const accumulator = of(COLUMNS.accumulator);
    return {
      word,
      isLit: row === lit,
      max: first(COLUMNS.max),
      rescale: first(COLUMNS.rescale),
      sum: first(COLUMNS.sum),
      accumulator: accumulator.now ?? accumulator.before,
    };
  });
  return { rows, current: isCurrent(current) ? current : undefined };
}

const isCurrent = (name: string | undefined): name is keyof typeof COLUMNS => name !== undefined && name in COLUMNS;
