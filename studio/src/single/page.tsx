/** From above: what it is, the picture, what is lit, all numbers, where they come from. */
import type { JSX } from 'preact';
import { useWidth } from '../controls/size.ts';
import { LightPicture } from './light-picture.tsx';
import { Matrices } from './matrices.tsx';
import { letGo, lit, locked, shown } from './shown.ts';
import { Tables } from './tables.tsx';
import { told } from './told.ts';

export function Page(): JSX.Element {
  const { ref, width } = useWidth<HTMLDivElement>();
  const { title, description, link, code, light } = shown;
  return (
    <main class="single">
      <header>
        <h1>{title}</h1>
        <p class="lead">{description}</p>
      </header>
      <div ref={ref}>
        {width > 0 && light && <LightPicture light={light} width={width} />}
        {width > 0 && <Matrices width={width} />}
      </div>
      <Said />
      <Tables />
      {code.length > 0 && (
        <details>
          <summary>The request</summary>
          {code.map(({ language, text }) => (
            <section key={language}>
              <h2 class="label">{language}</h2>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are moved sideways, by keys as well. */}
              <pre tabIndex={0}>{text}</pre>
            </section>
          ))}
        </details>
      )}
      <footer class="quiet">
        Drawn by Spotlight, live at <span class="link">{link}</span>
      </footer>
    </main>
  );
}

/** The same line always, so that nothing moves; it stays in sight. */
function Said(): JSX.Element {
  const { row, column } = locked.value;
  const isLocked = row !== undefined || column !== undefined;
  return (
    <div class="said">
      <p role="status">
        {told(shown, lit.value) ||
          'Point at a word or a cell; a click keeps it lit, the arrow keys walk, Esc lets it go.'}
      </p>
      {isLocked && (
        <button type="button" onClick={letGo}>
          let go
        </button>
      )}
    </div>
  );
}
