/** The pair that is pointed at, what its word looks at, and what the head does, in numbers. */
import type { JSX } from 'preact';
import { attentions, place } from '../../ask/model/opened.ts';
import { plain, short, whole } from '../../pictures/figures.ts';
import { light, ranked } from '../../pictures/grid.ts';
import { pickWord } from './picks.ts';
import { axisOf, focus, pair, pictures, pointedHead, type Shown, shown } from './shown.ts';
import { habitsOf, headTitle, rangeText } from './told.ts';

/** More rows than fit beside the picture. */
const MOST_RANKED = 8;

export function Inspector(): JSX.Element {
  const here = shown.value;
  return (
    <>
      {here === undefined ? <p class="quiet">…</p> : <Pair here={here} />}
      {here !== undefined && here.pool[0] * here.pool[1] === 1 && <Ranked here={here} />}
      <HeadFigures />
    </>
  );
}

function Pair({ here }: { here: Shown }): JSX.Element {
  const at = pair.value;
  if (at === undefined) return <p class="quiet">Point at a word: its light falls on the words that it reads.</p>;
  const { rows, keys } = attentions.value;
  const { grid, pool, queries } = here;
  const weight = grid.values[at.query * grid.columns + at.key];
  const isWhole = pool[0] * pool[1] === 1;
  const [query, key] = isWhole
    ? [queries[at.query], here.keys[at.key]]
    : [rangeText(at.query, pool[0], rows), rangeText(at.key, pool[1], keys)];
  return (
    <section class="pair">
      <p class="label">
        {query} → {key}
      </p>
      <p class="weight" title={whole(weight)}>
        <span>{plain(weight)}</span>
      </p>
      <p class="quiet">
        {isWhole ? `of what “${query}” reads is “${key}”` : 'is the largest weight of these queries and keys'}
      </p>
    </section>
  );
}

function Ranked({ here }: { here: Shown }): JSX.Element | null {
  const { sources, direction } = focus.value;
  if (sources.length === 0) return null;
  const axis = axisOf(focus.value);
  const falling = light(here.grid, axis, sources);
  const [own, others] = axis === 'row' ? [here.queries, here.keys] : [here.keys, here.queries];
  const name = own[sources[0]];
  return (
    <section>
      <p class="label">{direction === 'looks-at' ? `${name} reads` : `who reads ${name}`}</p>
      <ol class="ranked">
        {ranked(falling, MOST_RANKED)
          .filter((target) => falling[target] > 0)
          .map((target, at) => (
            <li key={at}>
              <button type="button" disabled={!here.isSelf} onClick={() => pickWord(target)}>
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

/** Of the head under the pointer, else of the one that is picked. */
function HeadFigures(): JSX.Element | null {
  const { heads } = attentions.value;
  const { value: pointed } = pointedHead;
  const { layer, head } = pointed === undefined ? place.value : { layer: pointed.row, head: pointed.column };
  const picture = pictures.value[layer * heads + head];
  if (picture === undefined) return null;
  return (
    <section>
      <p class="label">{headTitle({ layer, head })} looks on average at</p>
      <dl>
        {habitsOf(picture).map(({ name, part }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{short(part)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
