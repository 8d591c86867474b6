/** What a click, a key or a file does in the diagnosis. */
import { diagnosis, dump, example, maxBytes } from '../../ask/diagnose/diagnosed.ts';
import { type Dump, dumpOf } from '../../ask/diagnose/dump.ts';
import type { HeadPlace } from '../../ask/diagnose/post-dump.ts';
import { adjust, go, state } from '../../state/here.ts';
import type { Pair } from '../../state/state.ts';
import { countsOf, firstOff } from './places.ts';
import { fault, pointedCell, pointedPart } from './shown.ts';

export function openFile(file: File): void {
  const taken = dumpOf(file, maxBytes.peek());
  if (typeof taken === 'string') fault.value = taken;
  else open(taken);
}

export const openExample = (): void => open(example);

function open(taken: Dump): void {
  fault.value = undefined;
  pointedPart.value = undefined;
  pointedCell.value = undefined;
  dump.value = taken;
  // Its heads are others.
  go({ patterns: undefined });
}

/** The patterns of the first head that is off. */
export function showPatterns(): void {
  const { value: here } = diagnosis;
  if (here !== undefined) go({ patterns: { ...firstOff(here.where), cell: undefined } });
}

export const showHead = (place: HeadPlace): void => go({ patterns: { ...place, cell: undefined } });

/** To the head beside; the patterns are shown if they were not. */
export function walkHeads(by: 1 | -1): void {
  const { patterns } = state.peek();
  const here = diagnosis.peek();
  if (here === undefined) return;
  if (patterns === undefined) {
    showPatterns();
    return;
  }
  const { heads } = countsOf(here.where);
  const head = patterns.head + by;
  if (head >= 0 && (heads === undefined || head < heads)) adjust('walking heads', { patterns: { ...patterns, head } });
}

export function pickCell(cell: Pair): void {
  const { patterns } = state.peek();
  if (patterns !== undefined) adjust('walking cells', { patterns: { ...patterns, cell } });
}

/** Whether there was a cell to let go. */
export function letGo(): boolean {
  const { patterns } = state.peek();
  pointedCell.value = undefined;
  if (patterns?.cell === undefined) return false;
  go({ patterns: { ...patterns, cell: undefined } });
  return true;
}
