/** Attention between a few vectors: query, keys, values and weights as small matrices, and the sum that they come to. */
import type { JSX } from 'preact';
import type { TensorHead, TensorPart } from '../../ask/lesson/part.ts';
import { Numbers } from './numbers.tsx';
import { WeightedSums } from './weighted-sums.tsx';
import { WeightsPicture } from './weights-picture.tsx';
import { factor } from './written.ts';

/** A request alone: from left to right, as it is computed. */
export function TensorFigure({ part }: { part: TensorPart }): JSX.Element {
  const { queries, keys } = part;
  return (
    <figure class="lesson-part is-tensors" data-picture>
      <figcaption>{rule(part)}</figcaption>
      {part.heads.map((head, i) => (
        <div key={head.title ?? i} class="head-strip">
          {head.title !== undefined && <p class="part-title">{head.title}</p>}
          <div class="strip">
            <Numbers title={queryTitle(part)} grid={head.query} rows={queries} />
            <span class="operator">·</span>
            <Numbers title="keys" grid={head.key} rows={keys} />
            <span class="operator">→</span>
            <Scores part={part} head={head} />
            <WeightsPicture part={part} head={head} index={i} />
            <span class="operator">×</span>
            <Numbers title="values" grid={head.value} rows={keys} />
            <WeightedSums part={part} head={head} />
          </div>
        </div>
      ))}
    </figure>
  );
}

/** Several requests that read the same vectors: these once, and what becomes of them side by side. */
export function TensorFigures({ parts }: { parts: readonly TensorPart[] }): JSX.Element {
  const [first] = parts;
  const [{ query, key, value }] = first.heads;
  return (
    <div class="lesson-part is-tensors" data-picture>
      <div class="strip">
        <Numbers title={queryTitle(first)} grid={query} rows={first.queries} />
        <Numbers title="keys" grid={key} rows={first.keys} />
        <Numbers title="values" grid={value} rows={first.keys} />
      </div>
      <div class="outcomes">
        {parts.map((part) => (
          <figure key={part.name}>
            <figcaption>
              <span class="part-title">{part.title}</span>
              <span>{rule(part)}</span>
            </figcaption>
            {part.heads.map((head, i) => (
              <div key={head.title ?? i} class="outcome">
                <Scores part={part} head={head} />
                <WeightsPicture part={part} head={head} index={i} />
                <WeightedSums part={part} head={head} />
              </div>
            ))}
          </figure>
        ))}
      </div>
    </div>
  );
}

/** Whether requests read the same vectors, of one head. */
export function haveSameInputs(parts: readonly TensorPart[]): boolean {
  const inputs = parts.map(({ heads }) => heads.map(({ query, key, value }) => [query, key, value].map(written)));
  return parts.length > 1 && inputs.every((one) => one.length === 1 && String(one) === String(inputs[0]));
}

const written = ({ rows, columns, values }: TensorHead['query']) => `${rows} ${columns}: ${values.join(' ')}`;
const queryTitle = ({ queries }: TensorPart) => (queries.length > 1 ? 'queries' : 'query');

const rule = ({ scale, shift }: TensorPart) =>
  `scores = ${factor(scale)} × query · key${shift === undefined ? '' : ` + ${factor(shift)}`}`;

function Scores({ part, head }: { part: TensorPart; head: TensorHead }): JSX.Element | null {
  if (head.scores === undefined) return null;
  return (
    <>
      <Numbers title="scores" grid={head.scores} rows={part.queries} />
      <span class="operator">→</span>
    </>
  );
}
