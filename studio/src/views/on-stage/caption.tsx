/** Below the picture that is alone: what it is, which of several, and the way back. */
import type { JSX } from 'preact';
import { leave, nextPicture, pictures, seen } from './on-stage.ts';

export function Caption({ title }: { title: string }): JSX.Element {
  return (
    <footer class="caption">
      <p>{title}</p>
      {pictures.value > 1 && (
        <button
          type="button"
          onClick={nextPicture}
          aria-label={`${seen.value} / ${pictures.value}, to the next picture`}
        >
          {seen.value} / {pictures.value}
        </button>
      )}
      <button type="button" onClick={leave} aria-label="Leave the stage">
        ✕
      </button>
    </footer>
  );
}
