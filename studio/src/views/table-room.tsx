/** Where the tables of a picture stand: always there for screen readers, in sight when asked for. */
import type { ComponentChildren, JSX } from 'preact';
import { state } from '../state/here.ts';
import { isOnStage } from './on-stage/on-stage.ts';

export function TableRoom({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  const hasTables = state.value.hasTables && !isOnStage.value;
  return (
    <section
      class={hasTables ? 'tables' : 'tables visually-hidden'}
      aria-label={label}
      // Where it scrolls, the arrow keys scroll it.
      tabIndex={hasTables ? 0 : undefined}
    >
      {children}
    </section>
  );
}
