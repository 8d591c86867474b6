/** Every option of the request, in the order of the service's own document. */
import type { JSX } from 'preact';
import { firstAnswered, form } from '../../../ask/tensors/asked.ts';
import { go, state } from '../../../state/here.ts';
import { setOption } from '../picks.ts';
import { refusedOption } from '../places.ts';
import { faultPlace } from '../shown.ts';
import { OptionControl } from './option-control.tsx';

export function OptionForm(): JSX.Element | null {
  const { options } = state.value;
  if (form.value === undefined) return null;
  const fault = faultPlace.value;
  const set = Object.keys(options).length;
  return (
    <section class="options-form" aria-labelledby="options">
      <h2 class="label" id="options">
        Options{set > 0 && `: ${set} set`}
      </h2>
      {set > 0 && (
        <button type="button" class="button" onClick={() => go({ options: {} })}>
          All as by default
        </button>
      )}
      {form.value.options.map((field) => (
        <OptionControl
          key={field.path}
          field={field}
          scope="option"
          value={options[field.name]}
          refused={refusedOption(fault, firstAnswered.value)}
          onChange={(value) => setOption(field, value)}
        />
      ))}
    </section>
  );
}
