/** Dark, light or as the system has it; and the colors of now, for what is drawn on a canvas. */
import { computed, effect, signal } from '@preact/signals';
import { isPrinted } from '../controls/size.ts';
import { type Palette, palette } from '../pictures/palette.ts';
import { state } from '../state/here.ts';
import type { Theme } from '../state/state.ts';

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(prefersDark.matches);
prefersDark.addEventListener('change', () => {
  systemIsDark.value = prefersDark.matches;
});

const root = document.documentElement;

export const isDark = computed(() => {
  // Paper is white.
  if (isPrinted.value) return false;
  const { theme } = state.value;
  return theme === 'system' ? systemIsDark.value : theme === 'dark';
});

/** The theme that the button leads to: the other one, which is the system's own where that is it. */
export const otherTheme = computed<Theme>(() => {
  const wanted = isDark.value ? 'light' : 'dark';
  return systemIsDark.value === (wanted === 'dark') ? 'system' : wanted;
});

export const colors = signal<Palette>(paletteNow());

effect(() => {
  root.dataset.theme = isDark.value ? 'dark' : 'light';
  colors.value = paletteNow();
});

function paletteNow(): Palette {
  const style = getComputedStyle(root);
  return palette((name) => style.getPropertyValue(name));
}
