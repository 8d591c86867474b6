/** What a view is: one folder beside this file, named in registry.ts. */
import type { FunctionComponent } from 'preact';
import type { Portable } from '../carry/portable.ts';
import type { ViewName } from '../state/state.ts';

export interface Key {
  /** As it is printed on the key. */
  key: string;
  does: string;
  /** What the search presses for it, as KeyboardEvent.key has it; of keys that walk from where the focus is there is nothing. */
  press?: string;
}

export interface View {
  name: ViewName;
  title: string;
  /** What goes in. */
  Rail: FunctionComponent;
  /** The picture. */
  Stage: FunctionComponent;
  /** What the pointer is on, in numbers. */
  Inspector: FunctionComponent;
  keys: readonly Key[];
  /** Whether a key, as KeyboardEvent.key has it, meant something here; called while nobody types. */
  onKey(key: string): boolean;
  /** What is shown, to be taken along; undefined while there is nothing. A view without it has nothing to take. */
  portable?(): Portable | undefined;
}
