/** An option that is typed: a number, a text, a list. What it cannot take stays in the field, with what is wrong, and is not sent. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { readTyped, wordsOf, writeTyped } from '../../../ask/tensors/typed-in.ts';
import { idOfOption } from '../places.ts';
import type { ControlProps } from './control.ts';
import { describedBy, faultOf, OptionFault, OptionHelp } from './option-text.tsx';

/** What is typed, and the value that stood beside it: of another, it is no longer what was meant. */
interface Draft {
  text: string;
  value: string;
}

export function TypedControl({ field, scope, value, refused, onChange }: ControlProps): JSX.Element {
  const { kinds, name, path, description, isRequired } = field;
  const id = idOfOption(scope, path);
  const [draft, setDraft] = useState<Draft | undefined>(undefined);
  const isMine = draft !== undefined && draft.value === JSON.stringify(value ?? null);
  const text = isMine ? draft.text : writeTyped(kinds, value);
  const read = readTyped(kinds, text);
  const fault = 'fault' in read ? read.fault : faultOf(refused, field);
  const isLong = kinds.some((kind) => kind.is === 'list');
  const shared = {
    id,
    value: text,
    autocomplete: 'off',
    placeholder: kinds.map(wordsOf).join(', or '),
    'aria-describedby': describedBy(id, fault),
    'aria-invalid': fault !== undefined,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => {
      const next = readTyped(kinds, currentTarget.value);
      const sent = 'fault' in next ? value : next.value;
      setDraft({ text: currentTarget.value, value: JSON.stringify(sent ?? null) });
      if (!('fault' in next)) onChange(next.value);
    },
  };
  return (
    <div class="option">
      <label class="field" for={id}>
        <span class="label">
          {name}
          {isRequired && ' (needed)'}
        </span>
        {isLong ? <textarea rows={1} spellcheck={false} {...shared} /> : <input type="text" {...shared} />}
      </label>
      <OptionFault id={id} text={fault} />
      <OptionHelp id={id} text={description} />
    </div>
  );
}
