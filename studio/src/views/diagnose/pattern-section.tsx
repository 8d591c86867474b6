/** The two patterns of a head side by side, and what is between them: one cell is lit in all three. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Diagnosis, diagnosis, patterns, patternsAnswered } from '../../ask/diagnose/diagnosed.ts';
import { adjust, state } from '../../state/here.ts';
import type { Pair } from '../../state/state.ts';
import { Notice } from '../notice.tsx';
import { HeadInputs } from '../patterns/head-inputs.tsx';
import { Pattern, PatternRow, widthOfEach } from '../patterns/pattern.tsx';
import { sheetOf } from '../patterns/pattern-sheet.ts';
import type { PatternGrids } from './pattern-grids.ts';
import { pickCell, showPatterns } from './picks.ts';
import { countsOf } from './places.ts';
import { cell, grids, pointedCell, words } from './shown.ts';
import { namesOf, remedyOf } from './told.ts';

export function PatternSection({ width }: { width: number }): JSX.Element | null {
  const here = diagnosis.value;
  if (here === undefined) return null;
  if (state.value.patterns === undefined)
    return (
      <section class="patterns off-stage" aria-label="The patterns">
        <button type="button" class="button" onClick={showPatterns}>
          {here.causes.length > 0 ? 'Show the two patterns' : 'Show the right pattern'}
        </button>
      </section>
    );
  return (
    <section class="patterns" data-picture aria-label="The patterns">
      <h3 class="label">The pattern of a head: who looks at whom</h3>
      <HeadInputs
        counts={countsOf(here.where)}
        place={state.value.patterns}
        onChange={(patterns) => adjust('choosing a head', { patterns })}
      />
      <Notice answered={patternsAnswered.value} idle="" remedy={remedyOf} />
      {grids.value !== undefined && <Pictures diagnosis={here} grids={grids.value} width={width} />}
    </section>
  );
}

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
  const shared = {
    words: words.value,
    width: widthOfEach(width, count),
    cell: cell.value,
    onPoint: (at: Pair | undefined) => {
      pointedCell.value = at;
    },
    onPick: (at: Pair) => {
      // What was walked to is not what the pointer was left on.
      pointedCell.value = undefined;
      pickCell(at);
    },
  };
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
      <PatternRow width={width}>
        <Pattern id="pattern-right" title="right" label="Pattern right" sheet={sheets.right} {...shared} />
        {sheets.yours && (
          <Pattern
            id="pattern-yours"
            title={`yours: ${namesOf(cause?.names ?? [])}`}
            label="Your pattern"
            sheet={sheets.yours}
            {...shared}
          />
        )}
        {sheets.difference && (
          <Pattern
            id="pattern-difference"
            title="yours − right"
            label="Pattern yours − right"
            sheet={sheets.difference}
            {...shared}
          />
        )}
      </PatternRow>
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
