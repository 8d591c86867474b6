/** What all controls of options are given. */
import type { Field } from '../../../ask/tensors/schema.ts';

export interface ControlProps {
  field: Field;
  /** What all ids of a form begin with: there may be more than one control of an option. */
  scope: string;
  value: unknown;
  /** What the service finds fault with: the path, and what it says. */
  refused: { path: string; detail: string } | undefined;
  onChange(value: unknown): void;
}
