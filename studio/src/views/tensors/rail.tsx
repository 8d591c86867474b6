/** What goes into the request: tensors with their roles, and every option. */
import type { JSX } from 'preact';
import { OptionForm } from './form/option-form.tsx';
import { Beside } from './intake/beside.tsx';
import { Roles } from './intake/roles.tsx';
import { TakeIn } from './intake/take-in.tsx';

export function Rail(): JSX.Element {
  return (
    <>
      <TakeIn />
      <Roles />
      <Beside />
      <OptionForm />
    </>
  );
}
