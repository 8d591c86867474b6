/**
 * A picture alone in the window, in large type: for a projector, and for screenshots. A view marks its pictures by
 * `data-picture`, each on the element that is all of it; of several one is seen. Without such a mark all of its stage is.
 */
import { computed, effect, signal } from '@preact/signals';
import { followUnit, isPrinted, unit, windowHeight } from '../../controls/size.ts';
import { go, state } from '../../state/here.ts';

/** On paper the numbers stand beside the picture, as always. */
export const isOnStage = computed(() => state.value.isStage && !isPrinted.value);

effect(() => {
  document.documentElement.toggleAttribute('data-stage', isOnStage.value);
  followUnit();
});

/** How many pictures the view has. */
export const pictures = signal(0);
/** The one that is seen, from 1: of what a link asks for, there may be less. */
export const seen = computed(() => Math.min(state.value.picture, Math.max(1, pictures.value)));

export const leave = (): void => go({ isStage: false });
export const nextPicture = (): void => go({ picture: (seen.value % pictures.value) + 1 });

/** What stands above and below the cells of a matrix: its scale, what is said, and the bar. */
const AROUND = 148;
/** How high a matrix may be where it is to be seen whole; elsewhere it may be as high as it is. */
export const matrixRoom = computed(() =>
  isOnStage.value ? Math.max(0.4 * windowHeight.value, windowHeight.value - AROUND * unit.value) : undefined,
);

/** Shows the picture that is seen, and no other. */
export function showPicture(stage: HTMLElement): void {
  const all = [...stage.querySelectorAll('[data-picture]')];
  pictures.value = all.length;
  for (const [i, one] of all.entries()) one.toggleAttribute('data-on-stage', i === seen.value - 1);
}
