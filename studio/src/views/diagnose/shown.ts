/** What the diagnosis shows, from the answers and the pointer. */
import { computed, signal } from '@preact/signals';
import { diagnosis, dump, patterns } from '../../ask/diagnose/diagnosed.ts';
import { state } from '../../state/here.ts';
import type { Pair } from '../../state/state.ts';
import { cellOf, gridsOf } from './pattern-grids.ts';
import { type AxisName, mapOf, stripsOf } from './places.ts';

/** What is wrong with a file that was not sent. */
export const fault = signal<string | undefined>(undefined);

/** A part of the errors: of the map, or of the strip of an axis. */
export interface PointedPart {
  on: 'map' | AxisName;
  row: number;
  column: number;
}

export const pointedPart = signal<PointedPart | undefined>(undefined);
export const pointedCell = signal<Pair | undefined>(undefined);

export const strips = computed(() => (diagnosis.value === undefined ? [] : stripsOf(diagnosis.value.where)));
export const map = computed(() => diagnosis.value && mapOf(diagnosis.value.where));
export const grids = computed(() => patterns.value && gridsOf(patterns.value));

/** The cell of the patterns that is looked into: under the pointer, else the one that was picked. */
export const cell = computed(() => {
  const here = grids.value;
  const place = pointedCell.value ?? state.value.patterns?.cell;
  return here && place && cellOf(here, place);
});

/** What the rows and columns of the patterns are called: words of the example, else their numbers. */
export const words = computed(() => {
  const here = grids.value;
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));
  const known = dump.value.words;
  return {
    queries: known?.queries ?? numbers(here?.rows ?? 0),
    keys: known?.keys ?? numbers(here?.columns ?? 0),
  };
});
