/** Options that have a few values: one of them, or any of a list. */
import type { JSX } from 'preact';
import { idOfOption } from '../places.ts';
import type { ControlProps } from './control.ts';
import { describedBy, faultOf, OptionFault, OptionHelp } from './option-text.tsx';

/** What is written for the service's own choice, and for each value. */
const DEFAULT = '';

/** One of a few values, such as true, false or "lower_right"; or none, which leaves it to the service. */
export function FewControl({ field, scope, value, refused, onChange }: ControlProps): JSX.Element {
  const id = idOfOption(scope, field.path);
  const fault = faultOf(refused, field);
  const values = field.kinds.flatMap((kind): (boolean | string | number)[] =>
    kind.is === 'boolean' ? [true, false] : kind.is === 'choice' ? [...kind.values] : [],
  );
  const { fallback } = field;
  const others = values.filter((one) => one !== fallback);
  return (
    <div class="option">
      <label class="field">
        <span class="label">{field.name}</span>
        <select
          id={id}
          aria-describedby={describedBy(id, fault)}
          aria-invalid={fault !== undefined}
          value={value === undefined ? DEFAULT : JSON.stringify(value)}
          onChange={({ currentTarget: { value: text } }) => onChange(text === DEFAULT ? undefined : JSON.parse(text))}
        >
          <option value={DEFAULT}>{fallback === undefined ? 'not given' : `${String(fallback)} (default)`}</option>
          {others.map((one) => (
            <option key={String(one)} value={JSON.stringify(one)}>
              {String(one)}
            </option>
          ))}
        </select>
      </label>
      <OptionFault id={id} text={fault} />
      <OptionHelp id={id} text={field.description} />
    </div>
  );
}

/** Any of a few values, as a list in their order. */
export function ManyControl({ field, scope, value, refused, onChange }: ControlProps): JSX.Element {
  const id = idOfOption(scope, field.path);
  const fault = faultOf(refused, field);
  const values = field.kinds.flatMap((kind) =>
    kind.is === 'list' && kind.item.is === 'choice' ? [...kind.item.values] : [],
  );
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [];
  return (
    <fieldset
      class="option choice"
      id={id}
      tabIndex={-1}
      aria-describedby={describedBy(id, fault)}
      data-is-wrong={fault !== undefined || undefined}
    >
      <legend>{field.name}</legend>
      {values.map((one) => (
        <label key={String(one)}>
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={({ currentTarget }) => {
              const next = values.filter((other) => (other === one ? currentTarget.checked : chosen.includes(other)));
              onChange(next.length === 0 ? undefined : next);
            }}
          />
          <span>{String(one)}</span>
        </label>
      ))}
      <OptionFault id={id} text={fault} />
      <OptionHelp id={id} text={field.description} />
    </fieldset>
  );
}
