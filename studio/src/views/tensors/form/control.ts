/** What all controls of options are given. */
import type { Field } from '../../../ask/tensors/schema.ts';

export interface ControlProps {
  field: Field;
  /** What all ids of a form begin with: there may be more than one control of an option. */
  scope: string;
  value: unknown;
  /** The path that the service finds fault with. */
  faultAt: string | undefined;
  onChange(value: unknown): void;
}
