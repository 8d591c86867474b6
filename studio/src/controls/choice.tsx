/** One of some: as a list of radio buttons, or as a row where names are short. */
import type { JSX } from 'preact';

interface ChoiceProps<T extends string> {
  name: string;
  label: string;
  options: readonly { value: T; title: string }[];
  value: T;
  isRow?: boolean;
  isDisabled?: boolean;
  onChoose(value: T): void;
}

export function Choice<T extends string>(props: ChoiceProps<T>): JSX.Element {
  const { name, label, options, value, isRow = false, isDisabled = false, onChoose } = props;
  return (
    <fieldset class={isRow ? 'choice is-row' : 'choice'} disabled={isDisabled}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChoose(option.value)} />
          <span>{option.title}</span>
        </label>
      ))}
    </fieldset>
  );
}
