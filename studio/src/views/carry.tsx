/** “Take it with you”: what is shown as a link, a picture, numbers, and code that asks the same. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { codeOf, LANGUAGES } from '../carry/code.ts';
import { CSV_TYPE, csv } from '../carry/csv.ts';
import { pngOf } from '../carry/png.ts';
import type { Portable } from '../carry/portable.ts';
import { save } from '../carry/save.ts';
import { svgFile } from '../pictures/svg-file.tsx';
import { linkTo } from '../state/here.ts';
import { say } from './message.tsx';
import { colors } from './theme.ts';

const PNG_FACTOR = 2;

/** What could not be copied, to be copied by hand. */
const refused = signal<{ what: string; text: string } | undefined>(undefined);

async function copy(what: string, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`Copied: ${what}.`);
  } catch {
    // Not asked for by a gesture, forbidden, or a page without TLS, which has no clipboard.
    refused.value = { what, text };
  }
}

export const here = (): string => window.location.origin + linkTo({});

export const copyLink = (): Promise<void> => copy('the link to what is shown', here());

export async function saveSvg({ fileName, picture }: Portable): Promise<void> {
  saveAs(`${fileName}.svg`, new Blob([await svgFile(picture, colors.peek())], { type: 'image/svg+xml' }));
}

async function savePng({ fileName, picture }: Portable): Promise<void> {
  saveAs(`${fileName}.png`, await pngOf(await svgFile(picture, colors.peek()), picture, PNG_FACTOR));
}

function saveCsv({ fileName, table }: Portable): void {
  saveAs(`${fileName}.csv`, new Blob([csv(table)], { type: CSV_TYPE }));
}

function saveAs(fileName: string, content: Blob): void {
  save(fileName, content);
  say(`Saved: ${fileName}.`);
}

/** @param portable asked when something is taken: to hover must not make pictures for files */
export function Carry({ portable }: { portable(): Portable | undefined }): JSX.Element {
  const take = (what: (portable: Portable) => void) => () => {
    const taken = portable();
    if (taken === undefined) say('There is nothing to take along yet.');
    else what(taken);
  };
  return (
    <section class="carry" aria-labelledby="carry">
      <h2 class="label" id="carry">
        Take it with you
      </h2>
      <div class="carry-row">
        <button type="button" onClick={() => void copyLink()} aria-label="Copy the link">
          link
        </button>
        <button type="button" onClick={take((taken) => void savePng(taken))} aria-label="Save as PNG">
          PNG
        </button>
        <button type="button" onClick={take((taken) => void saveSvg(taken))} aria-label="Save as SVG">
          SVG
        </button>
        <button type="button" onClick={take(saveCsv)} aria-label="Save the numbers as CSV">
          CSV
        </button>
      </div>
      <p class="about">Copy the request as</p>
      <div class="carry-row">
        {LANGUAGES.map((language) => (
          <button
            key={language}
            type="button"
            aria-label={`Copy as ${language}`}
            onClick={take(({ asked }) => {
              void copy(`the request as ${language}`, codeOf(language, asked, window.location.origin));
            })}
          >
            {language}
          </button>
        ))}
      </div>
    </section>
  );
}

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
