/** “Take it with you”: what is shown as a link, a picture, numbers, and code that asks the same. */
import type { JSX } from 'preact';
import { codeOf } from '../carry/code.ts';
import { CSV_TYPE, csv } from '../carry/csv.ts';
import { LANGUAGES } from '../carry/languages.ts';
import { pngOf } from '../carry/png.ts';
import type { Portable } from '../carry/portable.ts';
import { save } from '../carry/save.ts';
import { svgFile } from '../pictures/svg-file.tsx';
import { copy, copyLink, here } from './copy.tsx';
import { say } from './message.tsx';
import { colors } from './theme.ts';

const PNG_FACTOR = 2;

export const saveSvg = ({ fileName, picture }: Portable): Promise<void> =>
  saveAs(`${fileName}.svg`, async () => new Blob([await svgFile(picture, colors.peek())], { type: 'image/svg+xml' }));

const savePng = ({ fileName, picture }: Portable): Promise<void> =>
  saveAs(`${fileName}.png`, async () => pngOf(await svgFile(picture, colors.peek()), picture, PNG_FACTOR));

const saveCsv = ({ fileName, table }: Portable): Promise<void> =>
  saveAs(`${fileName}.csv`, async () => new Blob([csv(table)], { type: CSV_TYPE }));

// What writes them is loaded when it is asked for, as few do; what is written is what was shown by then.
const saveNpz = ({ fileName, tensors }: Portable): Promise<void> =>
  saveAs(`${fileName}.npz`, async () => {
    const numbers = tensors();
    const { npzOf } = await import('../files/write-npz.ts');
    return new Blob([npzOf(numbers)], { type: 'application/x-npz' });
  });

const saveSafetensors = ({ fileName, tensors }: Portable): Promise<void> =>
  saveAs(`${fileName}.safetensors`, async () => {
    const numbers = tensors();
    const { safetensorsOf } = await import('../files/write-safetensors.ts');
    return new Blob([safetensorsOf(numbers)], { type: 'application/vnd.safetensors' });
  });

/** Of a request that is longer nobody reads the code. */
const MOST_CODE = 20_000;

/** The page stands in one of the studio's files, which is fetched when it is asked for. */
const saveSingle = ({ fileName, picture, asked, single }: Portable): Promise<void> =>
  saveAs(`${fileName}.html`, async () => {
    const { title, description } = picture;
    const all =
      asked === undefined ? [] : LANGUAGES.map((language) => ({ language, text: codeOf(language, asked, service()) }));
    const code = all.filter(({ text }) => text.length <= MOST_CODE);
    const written = { ...single(), title, description, link: here(), code };
    const [{ default: around }, { singleFile }] = await Promise.all([
      import('../single/main.tsx?single'),
      import('../carry/single-file.ts'),
    ]);
    return new Blob([singleFile(around, written)], { type: 'text/html' });
  });

/** The address that requests go to. */
const service = () => new URL('.', window.location.href).href.slice(0, -1);

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
        <button type="button" onClick={take(saveNpz)} aria-label="Save the numbers as npz, for NumPy">
          npz
        </button>
        <button type="button" onClick={take(saveSafetensors)} aria-label="Save the numbers as safetensors">
          safetensors
        </button>
        <button type="button" onClick={take(saveSingle)} aria-label="Save as HTML, a page that needs no server">
          HTML
        </button>
      </div>
      <p class="about">Copy the request as</p>
      <div class="carry-row">
        {LANGUAGES.map((language) => (
          <button
            key={language}
            type="button"
            aria-label={`Copy as ${language}`}
            onClick={take(async ({ asked, unasked }) => {
              if (asked === undefined) say(unasked ?? 'The request of this film is with whoever started it.');
              else await copy(`the request as ${language}`, codeOf(language, asked, service()));
            })}
          >
            {language}
          </button>
        ))}
      </div>
    </section>
  );
}
