/** What keys do that nothing on the page has taken. */
import { letGo } from './shown.ts';

export function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') letGo();
  else if (event.key.startsWith('Arrow') && document.activeElement === document.body) {
    // The walk begins at the word that is lit, or at the first matrix.
    document.querySelector<HTMLElement>('.word[tabindex="0"], .matrix')?.focus();
    event.preventDefault();
  }
}
