/** The search of the page: a field and the list of what is found, worked by the keyboard alone (WAI-ARIA's combobox). */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { wantsContents } from '../../ask/lesson/lesson.ts';
import { closed, dialog } from '../keys.ts';
import { found, KINDS, type Place } from './found.ts';
import { places } from './places.ts';

export function Search(): JSX.Element | null {
  return dialog.value === 'search' ? <SearchDialog /> : null;
}

const LIST = 'search-list';
const idOf = (index: number) => `search-${index}`;

function SearchDialog(): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  const typed = useSignal('');
  const at = useSignal(0);
  // At once: the keys that follow are meant for it.
  useLayoutEffect(() => {
    wantsContents.value = true;
    ref.current?.showModal();
  }, []);
  const list = found(places(), typed.value);
  useLayoutEffect(() => document.getElementById(idOf(at.value))?.scrollIntoView({ block: 'nearest' }), [at.value]);
  const open = (place: Place | undefined) => {
    if (place === undefined) return;
    ref.current?.close();
    // From there Tab leads on; what had the focus may be gone with its view.
    document.querySelector<HTMLElement>('.stage')?.focus();
    place.open();
  };
  return (
    <dialog
      ref={ref}
      class="dialog search"
      aria-label="Search"
      onClose={() => closed('search')}
      // By a click beside it, too.
      closedby="any"
    >
      <input
        role="combobox"
        aria-label="Search for a view, a sentence, a page of the lesson, or what a key does"
        aria-expanded={list.length > 0}
        aria-controls={LIST}
        aria-autocomplete="list"
        aria-activedescendant={list.length > 0 ? idOf(at.value) : undefined}
        placeholder="a view, a sentence, a page, a key"
        autocomplete="off"
        spellcheck={false}
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={(event) => {
          // Of those who write by composing, Enter ends a word.
          if (event.isComposing) return;
          const next = walked(event.key, at.value, list.length);
          if (next !== undefined) at.value = next;
          else if (event.key === 'Enter') open(list[at.value]);
          else return;
          event.preventDefault();
        }}
      />
      <div role="listbox" id={LIST} aria-label="What is found">
        {list.map((place, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys of its list.
          <div
            key={`${place.kind} ${place.title}`}
            role="option"
            tabIndex={-1}
            id={idOf(i)}
            aria-selected={i === at.value}
            onClick={() => open(place)}
          >
            <span>{place.title}</span>
            {place.key === undefined ? <span class="kind">{KINDS[place.kind]}</span> : <kbd>{place.key}</kbd>}
          </div>
        ))}
      </div>
      <p class={list.length > 0 ? 'visually-hidden' : 'none-found'} role="status">
        {list.length > 0 ? `${list.length} found` : 'Nothing here is called that.'}
      </p>
      <button type="button" onClick={() => ref.current?.close()}>
        Close
      </button>
    </dialog>
  );
}

/** Round and round. */
function walked(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === 'ArrowDown') return (at + 1) % count;
  return key === 'ArrowUp' ? (at + count - 1) % count : undefined;
}
