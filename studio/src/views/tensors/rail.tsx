/** What goes into the request: tensors with their roles, and every option. */
import type { JSX } from 'preact';
import { OptionForm } from './form/option-form.tsx';
import { Roles } from './intake/roles.tsx';

export function Rail(): JSX.Element {
  return (
    <>
      <Roles />
      <OptionForm />
    </>
  );
}
