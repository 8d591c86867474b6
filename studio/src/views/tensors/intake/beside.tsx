/** What a second request differs in: an option, or another tensor for a role. */
import type { JSX } from 'preact';
import { form, secondAnswered } from '../../../ask/tensors/asked.ts';
import { optionAt } from '../../../ask/tensors/options.ts';
import { state } from '../../../state/here.ts';
import type { Against } from '../../../state/state.ts';
import { OptionControl } from '../form/option-control.tsx';
import { setAgainst } from '../picks.ts';
import { refusedOption } from '../places.ts';
import { entryOfRole, secondFaultPlace } from '../shown.ts';
import { ENDINGS } from './take-in.tsx';
import { compareFile } from './taking.ts';

const NOTHING = '';

export function Beside(): JSX.Element | null {
  const { against, options } = state.value;
  if (form.value === undefined) return null;
  const { options: fields, roles } = form.value;
  return (
    <section class="beside" aria-labelledby="beside">
      <h2 class="label" id="beside">
        Side by side with
      </h2>
      <label class="field">
        <span class="label">the same, but for</span>
        <select
          id="against"
          value={nameOf(against)}
          onChange={({ currentTarget: { value } }) => setAgainst(againstOf(value, options))}
        >
          <option value={NOTHING}>nothing: one request</option>
          <optgroup label="an option">
            {fields.map(({ path }) => (
              <option key={path} value={`option ${path}`}>
                {path}
              </option>
            ))}
          </optgroup>
          <optgroup label="another tensor">
            {roles.map(({ path }) => (
              <option key={path} value={`role ${path}`}>
                {path}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      {against !== undefined && 'option' in against && <OtherOption against={against} />}
      {against !== undefined && 'role' in against && <OtherTensor role={against.role} />}
    </section>
  );
}

const nameOf = (against: Against | undefined): string =>
  against === undefined ? NOTHING : 'option' in against ? `option ${against.option}` : `role ${against.role}`;

/** A first value that differs: of yes or no the other one, else none, until it is given. */
function againstOf(name: string, options: Readonly<Record<string, unknown>>): Against | undefined {
  const [kind, path] = name.split(' ');
  if (path === undefined) return undefined;
  if (kind === 'role') return { role: path, tensor: NOTHING };
  const [first] = form.peek()?.options.find((field) => field.path === path)?.kinds ?? [];
  const isOn = optionAt(options, path) === true;
  return { option: path, value: first?.is === 'boolean' && !isOn ? true : null };
}

function OtherOption({ against }: { against: Extract<Against, { option: string }> }): JSX.Element | null {
  const field = form.value?.options.find(({ path }) => path === against.option);
  if (field === undefined) return null;
  return (
    <OptionControl
      key={field.path}
      field={field}
      scope="other"
      value={against.value ?? undefined}
      refused={refusedOption(secondFaultPlace.value, secondAnswered.value)}
      onChange={(value) => setAgainst({ option: field.path, value: value ?? null })}
    />
  );
}

function OtherTensor({ role }: { role: string }): JSX.Element {
  const shape = entryOfRole(role)?.shape;
  return (
    <label class="button other-file">
      Open the other {role}
      {shape !== undefined && ` (${shape.join(' × ')})`}
      <input
        type="file"
        id="other-file"
        class="visually-hidden"
        accept={ENDINGS.join(',')}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) void compareFile(file, role);
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
