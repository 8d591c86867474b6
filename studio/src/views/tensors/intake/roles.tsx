/** Which tensor is what: guessed by name and shape, and changed here. */
import type { JSX } from 'preact';
import { entries, form } from '../../../ask/tensors/asked.ts';
import type { Entry } from '../../../ask/tensors/entry.ts';
import { example } from '../../../ask/tensors/example.ts';
import { state } from '../../../state/here.ts';
import { assign, showExample } from '../picks.ts';

export function Roles(): JSX.Element {
  const { tensors, options, against } = state.value;
  const isExample = entries.value === example;
  const isStart = tensors === undefined && Object.keys(options).length === 0 && against === undefined;
  return (
    <section class="roles" aria-labelledby="roles">
      <h2 class="label" id="roles">
        {isExample ? 'An example' : 'Which tensor is what'}
      </h2>
      {entries.value.slice(0, MOST).map((entry, i) => (
        <RoleOf key={i} entry={entry} number={i} />
      ))}
      {entries.value.length > MOST && <p class="about">And {entries.value.length - MOST} more, which are not sent.</p>}
      {!isStart && (
        <button type="button" class="button" onClick={showExample}>
          The example again
        </button>
      )}
    </section>
  );
}

/** A file of a whole model has hundreds; those with a role come first. */
const MOST = 40;

const NOT_SENT = '';

function RoleOf({ entry, number }: { entry: Entry; number: number }): JSX.Element {
  const { name, shape, dtype, role } = entry;
  const roles = form.value?.roles ?? [];
  return (
    <label class="field role">
      <span class="label">
        {name || `tensor ${number + 1}`}{' '}
        <span class="quiet">
          {shape.join(' × ') || 'one number'}, {dtype}
        </span>
      </span>
      <select
        value={role ?? NOT_SENT}
        onChange={({ currentTarget }) => void assign(entry, currentTarget.value || undefined)}
      >
        <option value={NOT_SENT}>not sent</option>
        {/* While the service has not said which there are. */}
        {role !== undefined && roles.every(({ path }) => path !== role) && <option value={role}>{role}</option>}
        {roles.map(({ path, description }) => (
          <option key={path} value={path} title={description}>
            {path}
          </option>
        ))}
      </select>
    </label>
  );
}
