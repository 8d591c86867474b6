/** Where an output is off: by head and rows as a map, and each axis as a strip below it. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Diagnosis, diagnosis } from '../../ask/diagnose/diagnosed.ts';
import { HeatPicture } from '../../controls/heat-picture.tsx';
import { unit } from '../../controls/size.ts';
import { rough } from '../../pictures/figures.ts';
import type { HeatCell, HeatSetting } from '../../pictures/heat.ts';
import { largestOf } from '../patterns/pattern-sheet.ts';
import { measure } from '../steps/measure.ts';
import { colors } from '../theme.ts';
import { showHead } from './picks.ts';
import { type AxisName, type AxisStrip, type ErrorMap as ErrorsByHead, shortName } from './places.ts';
import { map, type PointedPart, pointedPart, strips } from './shown.ts';

export function ErrorMap({ width }: { width: number }): JSX.Element | null {
  const [here, errors] = [diagnosis.value, map.value];
  if (here === undefined || errors === undefined || errors.values.length === 0) return null;
  const rowNames = here.where.by_rows.map(shortName);
  const side = measure([...rowNames, ...strips.value.map(({ title }) => title)]);
  return (
    <section class="errors" data-picture aria-label="Where">
      <h3 class="label">
        Where: {here.where.pattern === 'nowhere' ? 'nowhere beyond the tolerance' : here.where.pattern}
      </h3>
      <p class="about">
        {columnsAre(here.where)} across, rows down; each cell has the root mean square of its errors, of which the
        largest is {rough(errors.largest)}.
      </p>
      <MapPicture here={here} errors={errors} rowNames={rowNames} width={width} side={side} />
      {strips.value.map((strip) => (
        <StripPicture key={strip.name} here={here} strip={strip} width={width} side={side} />
      ))}
    </section>
  );
}

const columnsAre = ({ by_head }: Diagnosis['where']) => (by_head.length === 0 ? 'Batch entries' : 'Heads');

/** Where all is right, what is left of the errors is dim. */
const mostOf = (largest: number, { verdict, tolerance }: Diagnosis) =>
  (verdict === 'match' ? Math.max(largest, tolerance.atol) : largest) || 1;

interface MapProps {
  here: Diagnosis;
  errors: ErrorsByHead;
  rowNames: readonly string[];
  width: number;
  side: number;
}

function MapPicture({ here, errors, rowNames, width, side }: MapProps): JSX.Element {
  const setting = useMemo((): HeatSetting => {
    const { values, columnNames, largest } = errors;
    return { values, rowNames, columnNames, most: mostOf(largest, here), width, unit: unit.value, measure, side };
  }, [errors, here, width, side, unit.value]);
  const [rows, columns] = [rowNames.length, errors.columns.length];
  return (
    <HeatPicture
      id="matrix"
      label={`Errors, ${columns} by ${rows}; the arrow keys walk the cells, Enter shows the patterns of a head`}
      setting={setting}
      colors={colors.value}
      lit={litOn('map')}
      onPoint={(cell) => point('map', cell)}
      onPick={({ column }) => {
        const place = errors.columns[column];
        if (place !== undefined) showHead(place);
      }}
    />
  );
}

function StripPicture({
  here,
  strip,
  width,
  side,
}: {
  here: Diagnosis;
  strip: AxisStrip;
  width: number;
  side: number;
}): JSX.Element {
  const { name, title, parts } = strip;
  const setting = useMemo((): HeatSetting => {
    const values = Float32Array.from(parts, (part) =>
      part.beyond_tolerance > 0 && part.root_mean_square === 0 ? Number.POSITIVE_INFINITY : part.root_mean_square,
    );
    const shared = { width, unit: unit.value, measure, side };
    const most = mostOf(largestOf(values), here);
    return { values, rowNames: [title], columnNames: parts.map(shortName), most, ...shared };
  }, [strip, here, width, side, unit.value]);
  return (
    <HeatPicture
      label={`Errors by ${title}, ${parts.length} parts; the arrow keys walk them`}
      setting={setting}
      colors={colors.value}
      lit={litOn(name)}
      onPoint={(cell) => point(name, cell)}
    />
  );
}

function litOn(on: PointedPart['on']): HeatCell | undefined {
  const { value } = pointedPart;
  return value?.on === on ? value : undefined;
}

function point(on: 'map' | AxisName, cell: HeatCell | undefined): void {
  const now = pointedPart.peek();
  if (cell === undefined) {
    if (now?.on === on) pointedPart.value = undefined;
  } else if (now?.on !== on || now.row !== cell.row || now.column !== cell.column) pointedPart.value = { on, ...cell };
}
