/** A small dialog that leads to a cell of the matrix: the word that looks, and the one that is looked at. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Pair } from '../../../state/state.ts';
import { pickPair } from '../picks.ts';
import { reading, shownPair } from '../shown.ts';
import { wordOf } from './word-of.ts';

/** What is typed; undefined while the dialog is closed. */
const named = signal<{ query: string; key: string } | undefined>(undefined);

/** What the dialog ends with when it led somewhere. */
const GONE = 'gone';

/** Begins where the light is. */
export function openGoToCell(): void {
  const { query = 0, key = 0 } = shownPair.value ?? {};
  named.value = { query: String(query + 1), key: String(key + 1) };
}

export function GoToCell(): JSX.Element | null {
  const answer = reading.value;
  if (named.value === undefined || answer === undefined) return null;
  return <GoToCellDialog queries={answer.queries} keys={answer.keys} />;
}

function GoToCellDialog({ queries, keys }: { queries: readonly string[]; keys: readonly string[] }): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  // At once: the keys that follow are meant for it.
  useLayoutEffect(() => {
    ref.current?.showModal();
    ref.current?.querySelector('input')?.select();
  }, []);
  const { query, key } = named.value ?? { query: '', key: '' };
  const [row, column] = [wordOf(query, queries), wordOf(key, keys)];
  const pair: Pair | undefined = row === undefined || column === undefined ? undefined : { query: row, key: column };
  const field = (member: 'query' | 'key', label: string, value: string) => (
    <label class="field">
      <span class="label">{label}</span>
      <input
        value={value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          named.value = { query, key, [member]: event.currentTarget.value };
        }}
      />
    </label>
  );
  return (
    // Keys that are typed here are not those of the view.
    <dialog
      ref={ref}
      class="dialog go-to"
      aria-label="Go to a cell"
      onClose={(event) => {
        named.value = undefined;
        // From there the arrow keys lead on.
        if (event.currentTarget.returnValue === GONE) document.getElementById('matrix')?.focus();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          if (pair === undefined) event.preventDefault();
          else pickPair(pair);
        }}
      >
        {field('query', 'The word that looks, or its number', query)}
        {field('key', 'The word that it looks at', key)}
        <p class="to" role="status">
          {pair === undefined
            ? `There is no word “${row === undefined ? query : key}”.`
            : `${queries[pair.query]} (${pair.query + 1}) → ${keys[pair.key]} (${pair.key + 1})`}
        </p>
        <button type="submit" value={GONE} disabled={pair === undefined}>
          Go
        </button>
      </form>
    </dialog>
  );
}
