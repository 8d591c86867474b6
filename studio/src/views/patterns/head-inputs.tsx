/** Which head is looked at, and of which batch entry. */
import type { JSX } from 'preact';
import type { PatternPlace } from '../../state/state.ts';

interface HeadInputsProps {
  /** How many heads there are; undefined where only the service knows. */
  counts: { batch: number; heads: number | undefined };
  place: PatternPlace;
  onChange(place: PatternPlace): void;
}

export function HeadInputs({ counts: { batch, heads }, place, onChange }: HeadInputsProps): JSX.Element {
  const change = (changed: Partial<PatternPlace>) => onChange({ ...place, cell: undefined, ...changed });
  return (
    <div class="head-inputs off-stage">
      <Index label="Head" value={place.head} count={heads} onChange={(head) => change({ head })} />
      {batch > 1 && (
        <Index label="Batch entry" value={place.batch} count={batch} onChange={(entry) => change({ batch: entry })} />
      )}
    </div>
  );
}

interface IndexProps {
  label: string;
  value: number;
  /** How many there are; undefined where only the service knows. */
  count: number | undefined;
  onChange(value: number): void;
}

function Index({ label, value, count, onChange }: IndexProps): JSX.Element {
  return (
    <label class="field">
      <span class="label">
        {label}
        {count !== undefined && ` of ${count}, from 0`}
      </span>
      <input
        type="number"
        min={0}
        max={count === undefined ? undefined : count - 1}
        value={value}
        onInput={({ currentTarget }) => {
          // While nothing is typed, or what cannot be, the one before is shown.
          if (currentTarget.validity.valid && currentTarget.value !== '') onChange(Number(currentTarget.value));
        }}
      />
    </label>
  );
}
