/** The page: the bar, and the three parts of a view. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { state } from '../state/here.ts';
import { Carry } from './carry.tsx';
import { here, Refused } from './copy.tsx';
import { Help } from './help.tsx';
import { press } from './keys.ts';
import { hasLetterKeys } from './letter-keys.ts';
import { Message } from './message.tsx';
import { Caption } from './on-stage/caption.tsx';
import { isOnStage } from './on-stage/on-stage.ts';
import { useFitting } from './on-stage/use-fitting.ts';
import { viewOf } from './registry.ts';
import { Search } from './search/search.tsx';
import { titleOf } from './title.ts';
import { TopBar } from './top-bar.tsx';

export function Page(): JSX.Element {
  const view = viewOf(state.value.view);
  const { Rail, Stage, Inspector } = view;
  const title = titleOf(state.value, view.title);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  const stage = useRef<HTMLElement>(null);
  useFitting(stage, title);
  return (
    <>
      {/* No link: the fragment of the address is the state. */}
      <button type="button" class="skip" onClick={() => stage.current?.focus()}>
        Skip to the picture
      </button>
      <TopBar />
      <main class="parts">
        <h1 class="visually-hidden">{view.title}</h1>
        <section class="rail" aria-label="What goes in">
          <Rail />
        </section>
        <section ref={stage} class="stage" aria-label="The picture" tabIndex={-1}>
          <Stage />
        </section>
        <section class="inspector" aria-label="In numbers">
          <Inspector />
          {view.portable && <Carry portable={view.portable} />}
        </section>
      </main>
      {isOnStage.value && <Caption title={title} />}
      <p class="printed">{here()}</p>
      <Message />
      <Refused />
      <Search />
      <Help view={view} />
    </>
  );
}

/** Where keys are what is typed, or a choice. */
const TYPED_IN = 'textarea, select, input:not([type=checkbox], [type=range], [type=radio])';
/** What is walked by keys such as arrows, and takes no others. */
const WALKED = 'input[type=range], input[type=radio]';
const WALKING = /^(Arrow|Page|Home$|End$)/;

/** Keys that are the browser's, or of somebody who types, are left alone. */
function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  // A dialog has the keys: Escape closes it.
  if (document.querySelector('dialog[open]') !== null) return;
  const { target, key } = event;
  if (target instanceof Element && (target.matches(TYPED_IN) || (target.matches(WALKED) && WALKING.test(key)))) return;
  // One who speaks to the machine, or whose hands shake, can have keys of one letter do nothing (WCAG 2.1.4).
  if (key.length === 1 && !hasLetterKeys.value) return;
  if (press(key)) event.preventDefault();
}
