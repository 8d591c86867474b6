/** The bar: the views that there are, and what holds for all of them. */
import type { JSX } from 'preact';
import { go, link, linkTo, state } from '../state/here.ts';
import { START } from '../state/state.ts';
import { dialog } from './keys.ts';
import { views } from './registry.ts';
import { isDark, otherTheme } from './theme.ts';

/** A link to where one is makes no entry more in the history. */
function stay(event: MouseEvent & { currentTarget: HTMLAnchorElement }): void {
  if (event.currentTarget.hash === new URL(link(), window.location.href).hash) event.preventDefault();
}

export function TopBar(): JSX.Element {
  return (
    <header class="bar-top">
      <a class="name" href={linkTo(START)} onClick={stay}>
        Spotlight
      </a>
      <nav aria-label="Views">
        {views.map(({ name, title }) => (
          <a
            key={name}
            href={linkTo({ view: name })}
            aria-current={state.value.view === name ? 'page' : undefined}
            onClick={stay}
          >
            {title}
          </a>
        ))}
      </nav>
      <div class="tools">
        <button
          type="button"
          class="find"
          onClick={() => (dialog.value = 'search')}
          aria-label="Search"
          aria-haspopup="dialog"
        >
          ⌕
        </button>
        <button
          type="button"
          onClick={() => go({ theme: otherTheme.value })}
          aria-label={isDark.value ? 'Light theme' : 'Dark theme'}
        >
          ◐
        </button>
        <button
          type="button"
          aria-pressed={state.value.isStage}
          onClick={() => go({ isStage: !state.value.isStage })}
          aria-label="The picture alone, for a projector"
        >
          Aa
        </button>
        <button
          type="button"
          onClick={() => (dialog.value = 'help')}
          aria-label="Help: the keys"
          aria-haspopup="dialog"
        >
          ?
        </button>
      </div>
    </header>
  );
}
