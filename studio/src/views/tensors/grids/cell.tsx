/** A number of a tensor that can be typed over. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { numberIn, typed } from '../number-text.ts';
import { idOfCell, idOfTensor } from '../places.ts';

interface CellProps {
  role: string;
  row: number;
  column: number;
  value: number;
  isBoolean: boolean;
  isWrong: boolean;
  onChange(value: number): void;
}

/** What is typed, and the number that it was when it was: of another, as after Back, it is no longer what was meant. */
interface Draft {
  text: string;
  value: number;
}

/** A tensor of float32 keeps what float32 can hold of a number. */
const isSame = (one: number, other: number) => Object.is(Math.fround(one), Math.fround(other));

export function Cell({ role, row, column, value, isBoolean, isWrong, onChange }: CellProps): JSX.Element {
  const [draft, setDraft] = useState<Draft | undefined>(undefined);
  const id = idOfCell(role, row, column);
  const label = `${role}, row ${row}, column ${column}`;
  if (isBoolean)
    return (
      <input
        type="checkbox"
        id={id}
        aria-label={label}
        checked={value !== 0}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? 1 : 0)}
      />
    );
  const text = draft !== undefined && isSame(draft.value, value) ? draft.text : typed(value);
  const isMistyped = text === draft?.text && numberIn(text) === undefined;
  return (
    <input
      type="text"
      inputMode="decimal"
      autocomplete="off"
      id={id}
      aria-label={label}
      aria-invalid={isWrong || isMistyped}
      aria-describedby={isWrong ? `${idOfTensor(role)}-fault` : undefined}
      title={isMistyped ? 'This is no number; the one before stays.' : undefined}
      value={text}
      onInput={({ currentTarget }) => {
        const number = numberIn(currentTarget.value);
        setDraft({ text: currentTarget.value, value: number ?? value });
        if (number !== undefined) onChange(number);
      }}
      onBlur={() => setDraft(undefined)}
      onKeyDown={(event) => {
        const by = MOVES[event.key];
        const beside = by === undefined ? null : document.getElementById(idOfCell(role, row + by, column));
        if (beside instanceof HTMLInputElement) {
          event.preventDefault();
          beside.focus();
          beside.select();
        }
      }}
    />
  );
}

const MOVES: Record<string, number | undefined> = { ArrowUp: -1, ArrowDown: 1, Enter: 1 };
