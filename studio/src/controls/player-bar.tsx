/** The bar of a film: play and pause, step by step, a track to scrub, how far it is, and how fast it goes. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type TrackPlace, trackLabels } from '../pictures/track-labels.ts';
import { textWidth, unit, useWidth } from './size.ts';

interface PlayerBarProps {
  /** 0 while nothing is known of it. */
  steps: number;
  at: number;
  isPlaying: boolean;
  /** What is shown, in words. */
  said: string;
  places: readonly TrackPlace[];
  speeds: readonly number[];
  speed: number;
  onPlay(): void;
  onStep(by: number): void;
  onScrub(to: number): void;
  onSpeed(speed: number): void;
}

const LABEL_SIZE = 12;
/** Half of it, in style/film.css. */
const THUMB = 7;

export function PlayerBar(props: PlayerBarProps): JSX.Element {
  const { steps, at, isPlaying, said, places, speeds, speed, onPlay, onStep, onScrub, onSpeed } = props;
  const { ref, width } = useWidth<HTMLDivElement>();
  const labels = useMemo(
    () =>
      trackLabels({
        places,
        steps,
        width,
        inset: THUMB * unit.value,
        measure: (text) => textWidth(text, LABEL_SIZE * unit.value),
      }),
    [places, steps, width, unit.value],
  );
  const part = (seq: number) => (steps > 1 ? (seq - 1) / (steps - 1) : 0);
  const current = labels.findLast(({ seq }) => seq <= at);
  return (
    <section class="player" aria-label="The film">
      <button
        type="button"
        class="play"
        onClick={onPlay}
        disabled={steps === 0}
        aria-label={isPlaying ? 'Pause' : 'Play'}
      >
        {isPlaying ? '❚❚' : '▶'}
      </button>
      <button type="button" onClick={() => onStep(-1)} disabled={steps === 0 || at <= 1} aria-label="One step back">
        ‹
      </button>
      <button type="button" onClick={() => onStep(1)} disabled={steps === 0 || at >= steps} aria-label="One step on">
        ›
      </button>
      <div class="track" ref={ref}>
        <input
          type="range"
          min={1}
          max={Math.max(2, steps)}
          value={Math.max(1, at)}
          disabled={steps < 2}
          aria-label="Step"
          aria-valuetext={said}
          style={{ '--part': `${100 * part(at)}%` }}
          onInput={(event) => onScrub(Number(event.currentTarget.value))}
        />
        <div class="track-labels" aria-hidden="true">
          {labels.map((label) => (
            <span
              key={label.seq}
              class={label === current ? 'is-current' : undefined}
              style={{ left: `${label.x}px`, width: `${label.width}px` }}
            >
              {label.text}
            </span>
          ))}
        </div>
      </div>
      <span class="count" aria-hidden="true">
        {steps === 0 ? '…' : `${at} / ${steps}`}
      </span>
      <label class="speed">
        <span class="visually-hidden">Steps a second</span>
        <select value={String(speed)} onChange={(event) => onSpeed(Number(event.currentTarget.value))}>
          {speeds.map((one) => (
            <option key={one} value={String(one)}>
              {one} a second
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}
