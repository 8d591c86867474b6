/** The pages of the lesson in their order: where one is, and what was seen. */
import type { JSX } from 'preact';
import { contents, openName } from '../../ask/lesson/lesson.ts';
import { seen } from './progress.ts';
import { linkToPage } from './shown.ts';

export function Rail(): JSX.Element {
  const pages = contents.value.last ?? [];
  const count = pages.filter(({ name }) => seen.value.includes(name)).length;
  return (
    <nav class="contents" aria-label="Pages of the lesson">
      <p class="label">{pages.length > 0 ? `${count} of ${pages.length} pages seen` : '…'}</p>
      <ol>
        {pages.map(({ name, title }) => (
          <li key={name} class={seen.value.includes(name) ? 'is-seen' : ''}>
            <a href={linkToPage(name)} aria-current={name === openName.value ? 'page' : undefined}>
              {title}
              {seen.value.includes(name) && <span class="visually-hidden"> (seen)</span>}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
