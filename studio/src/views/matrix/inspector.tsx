/** The cell that is looked into: its number, exactly, its row and column, and what its row is like. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { source } from '../../ask/matrix/current.ts';
import { long, rough } from '../../pictures/figures.ts';
import { goToCell } from './picks.ts';
import { cell, counts, look, wordOf } from './shown.ts';
import { exactValue, statisticsOfRow, valueText } from './told.ts';

export function Inspector(): JSX.Element {
  const here = source.value;
  if (here === undefined) return <p class="quiet">…</p>;
  const size = `${here.rows.toLocaleString('en')} × ${here.keys.toLocaleString('en')}`;
  return (
    <>
      <Pointed />
      <GoTo />
      <section>
        <p class="label">All of it</p>
        <dl>
          <Figure name="queries × keys" text={size} />
          {look.value !== undefined && <Figure name="largest" text={rough(look.value.most, 4)} />}
        </dl>
      </section>
    </>
  );
}

function Pointed(): JSX.Element {
  const [here, at] = [source.value, cell.value];
  if (here === undefined || at === undefined)
    return <p class="quiet">Point at a cell, or press it to keep it. Drag to travel, turn the wheel to come nearer.</p>;
  const value = exactValue();
  const row = statisticsOfRow();
  return (
    <section class="pointed">
      <p class="label">
        {wordOf(here, 'queries', at.query)} → {wordOf(here, 'keys', at.key)}
      </p>
      <dl>
        <Figure name="value" text={value === undefined ? '…' : valueText(value)} />
        <Figure name="row" text={String(at.query)} />
        <Figure name="column" text={String(at.key)} />
        {row !== undefined && (
          <>
            <Figure name="entropy of the row" text={`${long(row.entropy)} nat`} />
            <Figure name="its largest weight" text={rough(row.maxWeight, 4)} />
            {row.maxKey >= 0 && <Figure name="for key" text={wordOf(here, 'keys', row.maxKey)} />}
            <Figure name="its mean distance" text={rough(row.meanDistance, 4)} />
          </>
        )}
      </dl>
    </section>
  );
}

function Figure({ name, text }: { name: string; text: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

function GoTo(): JSX.Element | null {
  const all = counts.value;
  const [query, setQuery] = useState('0');
  const [key, setKey] = useState('0');
  if (all === undefined) return null;
  return (
    <form
      class="go-to-matrix"
      onSubmit={(event) => {
        event.preventDefault();
        goToCell({ query: Number(query), key: Number(key) }, true);
      }}
    >
      <PlaceInput id="to-row" label="Row" value={query} count={all.rows} onType={setQuery} />
      <PlaceInput id="to-column" label="Column" value={key} count={all.keys} onType={setKey} />
      <button type="submit" class="button">
        Go there
      </button>
    </form>
  );
}

interface PlaceProps {
  id: string;
  label: string;
  value: string;
  count: number;
  onType(text: string): void;
}

function PlaceInput({ id, label, value, count, onType }: PlaceProps): JSX.Element {
  return (
    <label class="field">
      <span class="label">{label}</span>
      <input
        id={id}
        type="number"
        min={0}
        max={count - 1}
        required
        value={value}
        onInput={(event) => onType(event.currentTarget.value)}
      />
    </label>
  );
}
