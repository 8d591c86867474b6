/** What a formula is made from, and of. */
import type { JSX } from 'preact';
import type { Pair } from '../../state/state.ts';
import type { Numbers } from './numbers.ts';
import type { Scene } from './shown.ts';

export interface Setting {
  scene: Scene;
  cell: Pair;
  numbers: Numbers;
}

export interface FormulaParts {
  /** With letters. */
  general: JSX.Element;
  /** With numbers. */
  live: JSX.Element;
}
