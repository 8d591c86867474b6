/** Dark or light, as the system has it; paper is white. */
import { effect, signal } from '@preact/signals';
import { isPrinted } from '../controls/size.ts';
import { type Palette, palette } from '../pictures/palette.ts';

const root = document.documentElement;
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
const isDark = signal(prefersDark.matches);
prefersDark.addEventListener('change', () => {
  isDark.value = prefersDark.matches;
});

export const colors = signal<Palette>(paletteNow());

effect(() => {
  root.dataset.theme = isDark.value && !isPrinted.value ? 'dark' : 'light';
  colors.value = paletteNow();
});

function paletteNow(): Palette {
  const style = getComputedStyle(root);
  return palette((name) => style.getPropertyValue(name));
}
