/** One line that says what just happened: seen for a while, and read out. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';

/** Long enough to be read twice. */
const SHOWN_MS = 6000;

const said = signal({ text: '', isShown: false });
let timer: ReturnType<typeof setTimeout> | undefined;

export function say(text: string): void {
  clearTimeout(timer);
  // Said again, it would be no change, and not be read out.
  said.value = { text: said.value.text === text ? `${text}\u00a0` : text, isShown: true };
  timer = setTimeout(() => {
    said.value = { ...said.value, isShown: false };
  }, SHOWN_MS);
}

export function Message(): JSX.Element {
  const { text, isShown } = said.value;
  return (
    <p class={isShown ? 'message is-shown' : 'message'} role="status">
      {text}
    </p>
  );
}
