/** A number on a scale on which each step is a factor, or the same amount. */
import type { JSX } from 'preact';

interface SliderProps {
  label: string;
  /** What it means where it stands. */
  hint: string;
  value: number;
  least: number;
  most: number;
  isLinear?: boolean;
  onSlide(value: number): void;
}

/** On scales of factors each is 3 % or more, so that the three digits of a value tell all of them apart. */
const STEPS = 200;

export function Slider({ label, hint, value, least, most, isLinear = false, onSlide }: SliderProps): JSX.Element {
  const part = isLinear ? (value - least) / (most - least) : Math.log(value / least) / Math.log(most / least);
  const place = Math.round(STEPS * part);
  const shown = value.toFixed(isOfHundredths(value) ? 2 : 3).replace('-', '−');
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
          const part = Number(event.currentTarget.value) / STEPS;
          const next = isLinear ? least + part * (most - least) : least * (most / least) ** part;
          onSlide(isLinear ? Number(next.toFixed(2)) : Number(next.toPrecision(3)));
        }}
      />
    </label>
  );
}

const isOfHundredths = (value: number) => Math.abs(100 * value - Math.round(100 * value)) < 1e-6;
