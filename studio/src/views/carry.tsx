/** “Take it with you”: what is shown as a link, a picture, numbers, and code that asks the same. */
import type { JSX } from 'preact';
import { codeOf } from '../carry/code.ts';
import { CSV_TYPE, csv } from '../carry/csv.ts';
import { LANGUAGES } from '../carry/languages.ts';
import { pngOf } from '../carry/png.ts';
import type { Portable } from '../carry/portable.ts';
import { save } from '../carry/save.ts';
import { svgFile } from '../pictures/svg-file.tsx';
import { copy, copyLink } from './copy.tsx';
import { say } from './message.tsx';
import { colors } from './theme.ts';

const PNG_FACTOR = 2;

export const saveSvg = ({ fileName, picture }: Portable): Promise<void> =>
  saveAs(`${fileName}.svg`, async () => new Blob([await svgFile(picture, colors.peek())], { type: 'image/svg+xml' }));

const savePng = ({ fileName, picture }: Portable): Promise<void> =>
  saveAs(`${fileName}.png`, async () => pngOf(await svgFile(picture, colors.peek()), picture, PNG_FACTOR));

const saveCsv = ({ fileName, table }: Portable): Promise<void> =>
  saveAs(`${fileName}.csv`, async () => new Blob([csv(table)], { type: CSV_TYPE }));

/** Says what became of it: a picture may be larger than the browser draws, or the machine has memory for. */
async function saveAs(fileName: string, made: () => Promise<Blob>): Promise<void> {
  try {
    save(fileName, await made());
    say(`Saved: ${fileName}.`);
  } catch (error) {
    say(`Could not save ${fileName}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** @param portable asked when something is taken: to hover must not make pictures for files */
export function Carry({ portable }: { portable(): Portable | undefined }): JSX.Element {
  const take = (what: (portable: Portable) => Promise<void>) => () => {
    const taken = portable();
    if (taken === undefined) say('There is nothing to take along yet.');
    else void what(taken);
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
        <button type="button" onClick={take(savePng)} aria-label="Save as PNG">
          PNG
        </button>
        <button type="button" onClick={take(saveSvg)} aria-label="Save as SVG">
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
            onClick={take(async ({ asked, whyNotAsked }) => {
              const here = new URL('.', window.location.href).href.slice(0, -1);
              if (asked === undefined) say(whyNotAsked ?? 'The request of this film is with whoever started it.');
              else await copy(`the request as ${language}`, codeOf(language, asked, here));
            })}
          >
            {language}
          </button>
        ))}
      </div>
    </section>
  );
}
