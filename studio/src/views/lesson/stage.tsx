/** A page of the lesson: its title, what to look at, the pictures, and what their numbers show. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { contents, openName, page, shownParts } from '../../ask/lesson/lesson.ts';
import type { LessonPage } from '../../ask/lesson/page.ts';
import { useWidth } from '../../controls/size.ts';
import { Live } from '../live.tsx';
import { Notice } from '../notice.tsx';
import { Claims } from './claims.tsx';
import { Figures } from './figures.tsx';
import { saidNow } from './said.ts';
import { beside, linkToPage, place, shownPage, turn } from './shown.ts';
import { PartTables } from './tables.tsx';
import { Trials } from './trials.tsx';

export function Stage(): JSX.Element {
  const { ref, width } = useWidth<HTMLDivElement>();
  const open = shownPage.value;
  useEffect(() => window.scrollTo(0, 0), [open?.name]);
  return (
    <div ref={ref} class="stage-inner lesson">
      <Pager />
      {isUnknown() ? (
        <Unknown />
      ) : (
        <Notice answered={openName.value === undefined ? contents.value : page.value} idle="" />
      )}
      {open === undefined && <div class="page-room" />}
      {open !== undefined && width > 0 && <Page open={open} width={width} />}
      <Live said={saidNow} />
    </div>
  );
}

function Page({ open, width }: { open: LessonPage; width: number }): JSX.Element {
  const next = beside(1);
  return (
    <article key={open.name}>
      <h2>{open.title}</h2>
      <p class="lead off-stage">{open.lead}</p>
      <Figures page={open} width={width} />
      <Trials page={open} />
      <div class="columns off-stage">
        {open.rest !== '' && (
          <section class="rest">
            <h3 class="label">What to look at</h3>
            <p>{open.rest}</p>
          </section>
        )}
        <Claims page={open} />
      </div>
      {next !== undefined && (
        <p class="onward off-stage">
          <a href={linkToPage(next.name)}>Next: {next.title} →</a>
        </p>
      )}
      <PartTables parts={shownParts.value} />
    </article>
  );
}

/** At the same place on every page. */
function Pager(): JSX.Element {
  const count = contents.value.last?.length;
  return (
    <div class="pager off-stage">
      <button type="button" aria-label="The page before" disabled={beside(-1) === undefined} onClick={() => turn(-1)}>
        ←
      </button>
      <button type="button" aria-label="The next page" disabled={beside(1) === undefined} onClick={() => turn(1)}>
        →
      </button>
      <span class="quiet">{count === undefined || place.value < 0 ? '' : `page ${place.value + 1} of ${count}`}</span>
    </div>
  );
}

const isUnknown = () => page.value.is === 'refused' && page.value.problem.code === 'not_found';

function Unknown(): JSX.Element {
  const [first] = contents.value.last ?? [];
  return (
    <div role="alert">
      <h2>There is no page “{openName.value}”</h2>
      <p class="lead">The lesson has other pages; the list names them all.</p>
      {first !== undefined && (
        <p class="onward">
          <a href={linkToPage(first.name)}>From the beginning: {first.title} →</a>
        </p>
      )}
    </div>
  );
}
