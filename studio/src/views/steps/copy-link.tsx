/** Copies the link to the film, and says so. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { filmLink } from './picks.ts';

const SAID_MS = 2000;
const said = signal('');

export function copyLink(): void {
  const link = filmLink();
  const tell = (text: string) => {
    said.value = text;
    setTimeout(() => (said.value = ''), SAID_MS);
  };
  const inAddress = () => {
    window.location.href = link;
    tell('it is in the address bar');
  };
  // Pages that came without TLS from another machine have no clipboard, and people may forbid it.
  if (navigator.clipboard === undefined) inAddress();
  else navigator.clipboard.writeText(link).then(() => tell('copied'), inAddress);
}

export function CopyLink(): JSX.Element {
  return (
    <>
      <button type="button" class="button" onClick={copyLink}>
        Copy the link
      </button>
      <span class="copied" role="status">
        {said.value}
      </span>
    </>
  );
}
