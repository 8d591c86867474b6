/** The two patterns of a head side by side, and what is between them: one cell is lit in all three. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Diagnosis, diagnosis, patterns, patternsAnswered } from '../../ask/diagnose/diagnosed.ts';
import { CanvasPicture } from '../../controls/canvas-picture.tsx';
import { SheetPicture } from '../../controls/sheet-picture.tsx';
import { unit } from '../../controls/size.ts';
import { LEGEND_HEIGHT, legend } from '../../pictures/legend.ts';
import type { Sheet, SheetSetting } from '../../pictures/sheet.ts';
import { state } from '../../state/here.ts';
import { Notice } from '../notice.tsx';
import { measure } from '../steps/measure.ts';
import { colors } from '../theme.ts';
import { HeadInputs } from './head-inputs.tsx';
import { type PatternGrids, sheetOf } from './pattern-grids.ts';
import { pickCell, showPatterns } from './picks.ts';
import { countsOf } from './places.ts';
import { cell, grids, pointedCell, words } from './shown.ts';
import { namesOf, remedyOf } from './told.ts';

export function PatternSection({ width }: { width: number }): JSX.Element | null {
  const here = diagnosis.value;
  if (here === undefined) return null;
  if (state.value.patterns === undefined)
    return (
      <section class="patterns" aria-label="The patterns">
        <button type="button" class="button" onClick={showPatterns}>
          {here.causes.length > 0 ? 'Show the two patterns' : 'Show the right pattern'}
        </button>
      </section>
    );
  return (
    <section class="patterns" aria-label="The patterns">
      <h3 class="label">The pattern of a head: who looks at whom</h3>
      <HeadInputs where={here.where} place={state.value.patterns} />
      <Notice answered={patternsAnswered.value} idle="" remedy={remedyOf} />
      {grids.value !== undefined && <Pictures diagnosis={here} grids={grids.value} width={width} />}
    </section>
  );
}

const NARROW = 640;
const GAP = 24;
const MOST_HEIGHT = 416;
/** Queries and keys that the service answers patterns of. */
const MOST_ANSWERED = 128;

interface PicturesProps {
  diagnosis: Diagnosis;
  grids: PatternGrids;
  width: number;
}

function Pictures({ diagnosis: { causes, verdict, where }, grids: here, width }: PicturesProps): JSX.Element {
  const { rows, columns, right, yours, difference } = here;
  const [cause] = causes;
  const count = difference === undefined ? 1 : 3;
  const isNarrow = width < NARROW * unit.value;
  const each = isNarrow ? width : Math.floor((width - 2 * GAP * unit.value) / 3);
  const sheets = useMemo(
    () => ({
      right: sheetOf(here, right, 'weights'),
      yours: yours && sheetOf(here, yours, 'weights'),
      difference: difference && sheetOf(here, difference, 'signed'),
    }),
    [here],
  );
  const place = patterns.value;
  return (
    <>
      {place !== undefined && (
        <p class="about">
          Head {place.head}
          {countsOf(where).batch > 1 && ` of batch entry ${place.batch}`}, {rows} queries by {columns} keys
          {Math.max(rows, columns) >= MOST_ANSWERED && `; of more than ${MOST_ANSWERED} the first are shown`}.
        </p>
      )}
      <div class={isNarrow ? 'pattern-row is-narrow' : 'pattern-row'}>
        <Pattern id="pattern-right" title="right" sheet={sheets.right} width={count === 1 ? width : each} />
        {sheets.yours && (
          <Pattern
            id="pattern-yours"
            title={`yours: ${namesOf(cause?.names ?? [])}`}
            sheet={sheets.yours}
            width={each}
          />
        )}
        {sheets.difference && (
          <Pattern id="pattern-difference" title="yours − right" sheet={sheets.difference} width={each} />
        )}
      </div>
      {yours === undefined && (
        <p class="about">
          {verdict === 'different'
            ? 'No known cause gives your numbers, so your pattern is not known: only outputs were compared.'
            : 'Your numbers are those of this pattern.'}
        </p>
      )}
    </>
  );
}

interface PatternProps {
  id: string;
  title: string;
  sheet: Sheet;
  width: number;
}

function Pattern({ id, title, sheet, width }: PatternProps): JSX.Element {
  const { queries, keys } = words.value;
  const setting = useMemo((): SheetSetting => {
    const size = { width, height: MOST_HEIGHT * unit.value, unit: unit.value };
    const counts = { rows: sheet.rows, columns: sheet.columns };
    return { sheet, words: counts, rowWords: queries, columnWords: keys, ...size, measure };
  }, [sheet, queries, keys, width, unit.value]);
  const legendMarks = useMemo(
    () => legend({ scale: sheet.scale, most: sheet.most, hasHidden: false, unit: unit.value, measure }),
    [sheet, unit.value],
  );
  return (
    <figure class="pattern">
      <figcaption>{title}</figcaption>
      <SheetPicture
        id={id}
        label={`Pattern ${title}, ${sheet.rows} by ${sheet.columns}; the arrow keys walk the cells`}
        setting={setting}
        colors={colors.value}
        lit={{ row: cell.value?.query, column: cell.value?.key, tile: undefined }}
        onPoint={(at) => {
          pointedCell.value = at && { query: at.row, key: at.column };
        }}
        onPick={(at) => {
          // What was walked to is not what the pointer was left on.
          pointedCell.value = undefined;
          pickCell(at);
        }}
      />
      <CanvasPicture
        marks={legendMarks}
        width={Math.min(width, 240 * unit.value)}
        height={LEGEND_HEIGHT * unit.value}
        colors={colors.value}
      />
    </figure>
  );
}
