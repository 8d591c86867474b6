/** A number on a scale on which each step is a factor. */
import type { JSX } from 'preact';

interface SliderProps {
  label: string;
  /** What it means where it stands. */
  hint: string;
  value: number;
  least: number;
  most: number;
  onSlide(value: number): void;
}

const STEPS = 200;

export function Slider({ label, hint, value, least, most, onSlide }: SliderProps): JSX.Element {
  const place = Math.round((STEPS * Math.log(value / least)) / Math.log(most / least));
  const shown = value.toFixed(2);
  return (
    <label class="slider">
      <span class="label">{label}</span>
      <span class="slider-value">
        <span>{hint}</span>
        <output>{shown}</output>
      </span>
      <input
        type="range"
        min={0}
        max={STEPS}
        value={Math.min(STEPS, Math.max(0, place))}
        aria-valuetext={`${shown}, ${hint}`}
        style={{ '--part': `${(100 * Math.min(STEPS, Math.max(0, place))) / STEPS}%` }}
        onInput={(event) => {
          const factor = (most / least) ** (Number(event.currentTarget.value) / STEPS);
          onSlide(Number((least * factor).toPrecision(2)));
        }}
      />
    </label>
  );
}
