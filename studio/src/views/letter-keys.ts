/** Whether keys of one letter do something: a wish of whoever sits here, and no part of what a link shows. */
import { signal } from '@preact/signals';

const NAME = 'spotlight-letter-keys';

export const hasLetterKeys = signal(kept() !== 'off');

export function letLetterKeys(work: boolean): void {
  hasLetterKeys.value = work;
  try {
    localStorage.setItem(NAME, work ? 'on' : 'off');
  } catch {
    // A browser that keeps nothing: it holds until the page is left.
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
}
