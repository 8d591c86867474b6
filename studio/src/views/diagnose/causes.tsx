/** Why an output differs: what explains it, or what comes closest. */
import type { JSX } from 'preact';
import { type Cause, type Diagnosis, diagnosis } from '../../ask/diagnose/diagnosed.ts';
import { rough } from '../../pictures/figures.ts';
import { copy } from '../copy.tsx';
import { numberOf } from './places.ts';
import { namesOf } from './told.ts';

export function Causes(): JSX.Element | null {
  const here = diagnosis.value;
  if (here === undefined) return null;
  const { causes, closest, verdict } = here;
  if (causes.length > 0)
    return (
      <section class="causes off-stage" aria-label="Why">
        <h3 class="label">
          {causes.length === 1 ? 'What gives exactly your numbers' : 'Each gives exactly your numbers'}
        </h3>
        {causes.map((cause) => (
          <Card key={namesOf(cause.names)} cause={cause} sameAs={cause.same_as} />
        ))}
      </section>
    );
  if (verdict !== 'different') return null;
  return (
    <section class="causes off-stage" aria-label="What comes closest">
      <h3 class="label">
        {closest.length > 0
          ? 'Nothing known gives these numbers; what comes closest'
          : 'Nothing known gives these numbers, or comes closer: where they are off is what there is'}
      </h3>
      {closest.map((cause) => (
        <Card key={namesOf(cause.names)} cause={cause} sameAs={[]} />
      ))}
    </section>
  );
}

/** Longer options are copied whole, and shown in part. */
const MOST_SHOWN = 300;

interface CardProps {
  cause: Omit<Cause, 'same_as'> | Diagnosis['closest'][number];
  sameAs: readonly (readonly string[])[];
}

function Card({ cause, sameAs }: CardProps): JSX.Element {
  const { names, sentence, advice, request, remaining } = cause;
  const options = request && JSON.stringify(request);
  return (
    <article class="cause">
      <h4>{namesOf(names)}</h4>
      <p>{sentence}</p>
      <p>{advice}</p>
      {sameAs.length > 0 && (
        <p class="quiet">On these numbers it cannot be told from {sameAs.map(namesOf).join(', ')}.</p>
      )}
      <p class="quiet">
        {numberOf(remaining.ratio) === 0
          ? 'No error remains.'
          : `Of the error ${rough(100 * numberOf(remaining.ratio), 2)} % remains.`}
      </p>
      {options !== null && (
        <div class="options">
          <p class="label">Options that give your numbers</p>
          <pre class="code">{options.length > MOST_SHOWN ? `${options.slice(0, MOST_SHOWN)} …` : options}</pre>
          <button
            type="button"
            class="button"
            aria-label={`Copy the options of ${namesOf(names)}`}
            onClick={() => void copy('the options', options)}
          >
            Copy
          </button>
        </div>
      )}
    </article>
  );
}
