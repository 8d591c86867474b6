/** The cell that is looked at, its row, and what this step and this run are. */
import type { JSX } from 'preact';
import { film } from '../../ask/film/current.ts';
import type { StepName } from '../../ask/film/frame.ts';
import { long, whole } from '../../pictures/figures.ts';
import { ranked } from '../../pictures/grid.ts';
import { copy } from '../copy.tsx';
import { filmLink } from './picks.ts';
import { focus, numbers, type Scene, scene } from './shown.ts';
import { isOfKeys, isOfPairs } from './so-far.ts';
import { STEP_TITLES } from './titles.ts';

/** More rows than fit beside the picture. */
const MOST = 10;

export function Inspector(): JSX.Element {
  const here = scene.value;
  const run = film.value?.run.value;
  if (here === undefined) return <p class="quiet">…</p>;
  const { frame } = here;
  const figures = [
    ['computed in', `${frame.ms.toFixed(3)} ms`],
    ['numbers', frame.shape.join(' × ')],
  ];
  return (
    <>
      <Value here={here} />
      <Row here={here} />
      <section>
        <p class="label">this step</p>
        <dl>
          {figures.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p class="about">{frame.formula}</p>
      </section>
      {run !== undefined && (
        <section>
          <p class="label">this run</p>
          <p class="about">Whoever has the link sees the same film, live, as long as the service keeps the run.</p>
          <button type="button" class="button" onClick={() => void copy('the link to this film', filmLink())}>
            Copy the link
          </button>
        </section>
      )}
    </>
  );
}

/** Of tiles' running numbers each row has one. */
const ONE: ReadonlySet<StepName> = new Set(['running_max', 'rescale', 'running_sum']);

function Value({ here }: { here: Scene }): JSX.Element {
  const { frame, queries, keys } = here;
  const { query, key } = focus.value;
  const { name } = frame;
  const row = isOfKeys(name) ? key : query;
  const isPairs = isOfPairs(name);
  const value = numbers.value?.cell(name, row, isPairs ? key : (frame.tile?.keys[0] ?? 0));
  const word = (isOfKeys(name) ? keys : queries)[row];
  return (
    <section class="pair">
      <p class="label">{isPairs ? `${queries[query]} → ${keys[key]}` : word}</p>
      <p class="weight" title={value === undefined ? undefined : whole(value)}>
        {value === undefined ? '…' : long(value)}
      </p>
      <p class="quiet">
        {STEP_TITLES[name]}
        {isPairs || ONE.has(name) ? '' : ', the first of its numbers'}
      </p>
    </section>
  );
}

function Row({ here }: { here: Scene }): JSX.Element | null {
  const { frame, queries, keys } = here;
  const { query } = focus.value;
  if (!isOfPairs(frame.name)) return null;
  const values = numbers.value?.row(frame.name, query);
  if (values === undefined) return null;
  const start = frame.tile?.keys[0] ?? 0;
  const shown = values.length <= MOST ? [...values.keys()] : ranked(values, MOST);
  return (
    <section>
      <p class="label">
        the row of {queries[query]}
        {values.length > MOST ? `, the ${MOST} largest` : ''}
      </p>
      <dl>
        {shown.map((i) => (
          <div key={i}>
            <dt>{keys[start + i]}</dt>
            <dd>{long(values[i])}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
