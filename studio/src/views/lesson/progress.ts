/** The pages that somebody has seen, kept in the browser. */
import { effect, signal } from '@preact/signals';
import { shownPage } from './shown.ts';

const KEY = 'spotlight lesson';

export const seen = signal<readonly string[]>(kept());

effect(() => {
  const name = shownPage.value?.name;
  if (name === undefined || seen.peek().includes(name)) return;
  seen.value = [...seen.peek(), name];
  try {
    localStorage.setItem(KEY, seen.value.join(' '));
  } catch {
    // Where nothing may be kept, this visit alone is remembered.
  }
});

function kept(): string[] {
  try {
    return (localStorage.getItem(KEY) ?? '').split(' ').filter((name) => name !== '');
  } catch {
    return [];
  }
}
