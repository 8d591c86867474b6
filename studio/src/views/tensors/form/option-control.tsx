/** A control of an option, made from its schema: what it cannot take cannot be chosen, and what is mistyped is said in place. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Field, Kind } from '../../../ask/tensors/schema.ts';
import { isTyped } from '../../../ask/tensors/typed-in.ts';
import { idOfOption } from '../places.ts';
import { FewControl, ManyControl } from './chosen.tsx';
import type { ControlProps } from './control.ts';
import { describedBy, faultOf, OptionFault, OptionHelp } from './option-text.tsx';
import { TypedControl } from './typed-control.tsx';

const isFew = (kind: Kind) => kind.is === 'boolean' || kind.is === 'choice';
const isMany = (kind: Kind) => kind.is === 'list' && kind.item.is === 'choice';

export function OptionControl(props: ControlProps): JSX.Element {
  const { kinds } = props.field;
  const [first] = kinds;
  if (kinds.every(isFew)) return <FewControl {...props} />;
  if (kinds.length === 1 && isMany(first)) return <ManyControl {...props} />;
  if (kinds.length === 1 && first.is === 'object') return <ObjectControl {...props} fields={first.fields} />;
  if (kinds.every(isTyped)) return <TypedControl {...props} />;
  return <UnionControl {...props} />;
}

/** Each of its fields in turn; what has no field is not there. */
function ObjectControl({ fields, ...props }: ControlProps & { fields: readonly Field[] }): JSX.Element {
  const { field, scope, value, refused, onChange } = props;
  const fault = faultOf(refused, field);
  const id = idOfOption(scope, field.path);
  const inside = isRecord(value) ? value : {};
  return (
    <fieldset
      class="option is-object"
      id={id}
      tabIndex={-1}
      aria-describedby={describedBy(id, fault)}
      data-is-wrong={fault !== undefined || undefined}
    >
      <legend>{field.name}</legend>
      <OptionFault id={id} text={fault} />
      <OptionHelp id={id} text={field.description} />
      {fields.map((one) => (
        <OptionControl
          key={one.path}
          field={one}
          scope={scope}
          value={inside[one.name]}
          refused={refused}
          onChange={(next) => {
            const { [one.name]: _, ...others } = inside;
            const all = next === undefined ? others : { ...inside, [one.name]: next };
            onChange(Object.keys(all).length === 0 ? undefined : all);
          }}
        />
      ))}
    </fieldset>
  );
}

/** What is typed, or an object: which of them, and its control. */
function UnionControl(props: ControlProps): JSX.Element {
  const { field, scope, value, onChange } = props;
  const object = field.kinds.find((kind) => kind.is === 'object');
  const [isWanted, setWanted] = useState(false);
  const isObject = object !== undefined && (isRecord(value) || (isWanted && value === undefined));
  const id = `${idOfOption(scope, field.path)}-form`;
  const names = object?.fields.map(({ name }) => name).join(' and ') ?? '';
  return (
    <div class="option is-union">
      <label class="field">
        <span class="label">{field.name}: in which form</span>
        <select
          id={id}
          value={isObject ? 'object' : 'typed'}
          onChange={({ currentTarget }) => {
            setWanted(currentTarget.value === 'object');
            onChange(undefined);
          }}
        >
          <option value="typed">one for all</option>
          <option value="object">{names} apart</option>
        </select>
      </label>
      {isObject ? (
        <ObjectControl {...props} fields={object.fields} />
      ) : (
        <TypedControl {...props} field={{ ...field, kinds: field.kinds.filter(isTyped) }} />
      )}
    </div>
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
