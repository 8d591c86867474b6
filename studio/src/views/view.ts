/** What a view is: one folder beside this file, named in registry.ts. */
import type { FunctionComponent } from 'preact';
import type { ViewName } from '../state/state.ts';

export interface Key {
  /** As it is printed on the key. */
  key: string;
  does: string;
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
}
