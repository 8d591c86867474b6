/** Copies the link to the film, and says so. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { filmLink } from './picks.ts';

const SAID_MS = 2000;
const isCopied = signal(false);

export function copyLink(): void {
  const written = navigator.clipboard?.writeText(filmLink());
  void written?.then(() => {
    isCopied.value = true;
    setTimeout(() => (isCopied.value = false), SAID_MS);
  });
}

export function CopyLink(): JSX.Element {
  return (
    <>
      <button type="button" class="button" onClick={copyLink}>
        Copy the link
      </button>
      <span class="copied" role="status">
        {isCopied.value ? 'copied' : ''}
      </span>
    </>
  );
}
