/** Above the picture: which step this is, in a sentence and as a formula. */
import type { JSX } from 'preact';
import { formulaOf } from './formulas.ts';
import { Formula } from './math.tsx';
import { placeOf } from './place.ts';
import { focus, numbers, scene } from './shown.ts';
import { STEP_TITLES, STREAM_NAMES } from './titles.ts';
import { told } from './told.ts';

export function FilmHead(): JSX.Element {
  const here = scene.value;
  const known = numbers.value;
  if (here === undefined || known === undefined) return <header class="film-head" />;
  const setting = { scene: here, cell: focus.value, numbers: known };
  const streamName = STREAM_NAMES[here.frame.name];
  const { general, live } = formulaOf(setting);
  return (
    <header class="film-head" data-step={here.frame.seq}>
      <p class="label">{placeOf(here)}</p>
      {here.heads.length > 1 && <Heads heads={here.heads} now={here.frame.head} />}
      <h2>
        {STEP_TITLES[here.frame.name]}
        {streamName !== undefined && <small class="quiet"> {streamName}</small>}
      </h2>
      <p class="film-told off-stage">{told(here, focus.value, known)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long formula is moved sideways, by keys as well. */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms. */}
      <div class="film-formulas off-stage" role="group" aria-label="Formulas" tabIndex={0}>
        <Formula label="the formula">{general}</Formula>
        <Formula label="the formula with numbers">{live}</Formula>
      </div>
    </header>
  );
}

/** Which heads are done, which is computed, which are to come. */
function Heads({ heads, now }: { heads: readonly string[]; now: number }): JSX.Element {
  return (
    <ol class="film-heads" aria-label="Heads">
      {heads.map((head, i) => (
        <li key={head} class={i === now ? 'is-now' : undefined}>
          <span aria-hidden="true">{i < now ? '✓' : i === now ? '●' : '○'}</span> {head}
          <span class="visually-hidden">{i < now ? ', done' : i === now ? ', now' : ', to come'}</span>
        </li>
      ))}
    </ol>
  );
}
