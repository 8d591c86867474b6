/** What stands below a control: what the option is for, and what is wrong. */
import type { JSX } from 'preact';
import type { Field } from '../../../ask/tensors/schema.ts';
import type { ControlProps } from './control.ts';

/** @param id of the control, which says that this describes it */
export function OptionHelp({ id, text }: { id: string; text: string }): JSX.Element | null {
  return text === '' ? null : (
    <span class="option-help" id={`${id}-help`}>
      {text}
    </span>
  );
}

export function OptionFault({ id, text }: { id: string; text: string | undefined }): JSX.Element | null {
  return text === undefined ? null : (
    <span class="option-fault" id={`${id}-fault`} role="alert">
      {text}
    </span>
  );
}

export const describedBy = (id: string, fault: string | undefined): string =>
  fault === undefined ? `${id}-help` : `${id}-fault ${id}-help`;

/** What the service says of a field; undefined where it says nothing of this one. */
export const faultOf = (refused: ControlProps['refused'], { path }: Pick<Field, 'path'>): string | undefined =>
  refused?.path === path ? refused.detail : undefined;
