/** Above the picture: which step this is, in a sentence and as a formula. */
import type { JSX } from 'preact';
import { formulaOf } from './formulas.tsx';
import { Formula } from './math.tsx';
import { placeOf } from './place.ts';
import { focus, numbers, scene } from './shown.ts';
import { tileFormulaOf } from './tile-formulas.tsx';
import { STEP_TITLES } from './titles.ts';
import { told } from './told.ts';

const TILE_STEPS: ReadonlySet<string> = new Set([
  'tile_scores',
  'running_max',
  'rescale',
  'running_sum',
  'accumulator',
]);

export function FilmHead(): JSX.Element {
  const here = scene.value;
  const known = numbers.value;
  if (here === undefined || known === undefined) return <header class="film-head" />;
  const setting = { scene: here, cell: focus.value, numbers: known };
  const isTile = TILE_STEPS.has(here.frame.name);
  const { general, live } = isTile ? tileFormulaOf(setting) : formulaOf(setting);
  return (
    <header class="film-head" data-step={here.frame.seq}>
      <p class="label">{placeOf(here)}</p>
      <h2>{STEP_TITLES[here.frame.name]}</h2>
      <p class="film-told">{told(here, focus.value, known)}</p>
      <div class="film-formulas">
        <Formula label="the formula">{general}</Formula>
        <Formula label="the formula with numbers">{live}</Formula>
      </div>
    </header>
  );
}
