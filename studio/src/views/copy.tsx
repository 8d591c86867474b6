/** Copies a text, and says so; what the browser refuses to copy is shown, to be copied by hand. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { link } from '../state/here.ts';
import { say } from './message.tsx';

/** What could not be copied, to be copied by hand. */
const refused = signal<{ what: string; text: string } | undefined>(undefined);

export async function copy(what: string, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`Copied: ${what}.`);
  } catch {
    // Not asked for by a gesture, forbidden, or a page without TLS, which has no clipboard.
    refused.value = { what, text };
  }
}

export const here = (): string => window.location.origin + link();

export const copyLink = (): Promise<void> => copy('the link to what is shown', here());

/** Once on the page: the link is copied by a key of all views. */
export function Refused(): JSX.Element | null {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const { value } = refused;
  useEffect(() => {
    dialog.current?.showModal();
    field.current?.select();
  }, [value]);
  if (value === undefined) return null;
  const close = () => {
    refused.value = undefined;
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="refused" onClose={close}>
      <form method="dialog">
        <h2 id="refused">Copy it yourself</h2>
        <p>The browser does not let the page copy {value.what}. It is selected: press Ctrl+C or ⌘C.</p>
        <textarea ref={field} readOnly rows={8} value={value.text} aria-label="The text" />
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
