/** The pair that is pointed at, and its row, in numbers. */
import type { JSX } from 'preact';
import type { Reading } from '../../ask/reading.ts';
import { plain, short, whole } from '../../pictures/figures.ts';
import { light, ranked } from '../../pictures/grid.ts';
import type { HeadLayer } from './layers.ts';
import { PairSection } from './pair/pair-section.tsx';
import { pickPair } from './picks.ts';
import { axisOf, focus, layers, reading, shownPair } from './shown.ts';

/** More rows than fit beside the picture. */
const MOST_RANKED = 8;

export function Inspector(): JSX.Element {
  const answer = reading.value;
  const [layer] = layers.value;
  const pair = shownPair.value;
  if (answer === undefined || layer === undefined) return <p class="quiet">…</p>;
  const { queries, keys } = answer;
  return (
    <>
      {pair === undefined ? (
        <p class="quiet">Point at a word: its light falls on the words that it reads.</p>
      ) : (
        <section class="pair">
          <p class="label">
            {queries[pair.query]} → {keys[pair.key]}
          </p>
          {layers.value.map(({ title, grid, paint }) => {
            const weight = grid.values[pair.query * grid.columns + pair.key];
            return (
              <p key={title} class={layers.value.length > 1 ? 'weight is-one-of' : 'weight'} title={whole(weight)}>
                <span>{plain(weight)}</span>
                {layers.value.length > 1 && (
                  <span class="of-head" style={{ '--own': `var(--${paint})` }}>
                    {title}
                  </span>
                )}
              </p>
            );
          })}
          <p class="quiet">
            {answer.isHidden(pair.query, pair.key)
              ? `“${queries[pair.query]}” cannot see “${keys[pair.key]}”`
              : `of what “${queries[pair.query]}” reads is “${keys[pair.key]}”`}
          </p>
        </section>
      )}
      <PairSection />
      <Ranked answer={answer} layer={layer} />
      <Row answer={answer} layer={layer} />
      <section>
        <p class="label">{layers.value.length > 1 ? 'these heads' : layer.title}</p>
        {layers.value.map(({ title, about }) => (
          <p key={title} class="about">
            {about}
          </p>
        ))}
      </section>
    </>
  );
}

function Ranked({ answer, layer }: { answer: Reading; layer: HeadLayer }): JSX.Element | null {
  const { sources, direction } = focus.value;
  if (sources.length === 0) return null;
  const axis = axisOf(focus.value);
  const falling = light(layer.grid, axis, sources);
  const [own, others] = axis === 'row' ? [answer.queries, answer.keys] : [answer.keys, answer.queries];
  const names = sources.map((source) => own[source]).join(' + ');
  const [source] = sources;
  return (
    <section>
      <p class="label">{direction === 'looks-at' ? `${names} reads` : `who reads ${names}`}</p>
      <ol class="ranked">
        {ranked(falling, MOST_RANKED)
          .filter((target) => falling[target] > 0)
          .map((target, place) => (
            <li key={place}>
              <button
                type="button"
                onClick={() =>
                  pickPair(axis === 'row' ? { query: source, key: target } : { query: target, key: source })
                }
              >
                <span class="ranked-word">{others[target]}</span>
                <span class="bar" style={{ '--part': Math.min(1, falling[target]).toFixed(4) }} />
                <span class="figure">{short(falling[target])}</span>
              </button>
            </li>
          ))}
      </ol>
    </section>
  );
}

function Row({ answer, layer }: { answer: Reading; layer: HeadLayer }): JSX.Element | null {
  const { sources, direction } = focus.value;
  const { statistics } = layer;
  if (sources.length !== 1 || direction !== 'looks-at' || statistics === undefined) return null;
  const [row] = sources;
  const figures = [
    ['entropy', `${statistics.entropy[row].toFixed(2)} nat`],
    ['as if it read', `${statistics.effectiveKeys[row].toFixed(1)} words`],
    ['mean distance', statistics.meanDistance[row].toFixed(1)],
  ];
  return (
    <section>
      <p class="label">all that “{answer.queries[row]}” reads</p>
      <dl>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
