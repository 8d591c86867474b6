import { expectationOf } from '../../codec/option.ts';
import { unknownField } from '../../codec/unknown-field.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import { runEnvelopeSchema, runStartSchema } from '../../stream/client-messages.ts';
import { type Stepping, steppingOf } from '../../stream/stepping.ts';
import type { StreamQuery } from '../documents/query-schemas.ts';

/** How a run is to be cut into steps; `onRefusal` lets go of what was read with it. */
export function readStepping(value: unknown, onRefusal: () => void): Stepping {
  const read = runEnvelopeSchema.safeParse(value);
  if (read.success) return steppingOf(read.data);
  onRefusal();
  const [issue] = read.error.issues;
  if (issue.code === 'unrecognized_keys') throw unknownField(issue.keys[0], Object.keys(runStartSchema.shape));
  const fields: Readonly<Record<string, unknown>> = runEnvelopeSchema.shape;
  const name = String(issue.path[0]);
  throw new RequestError('invalid_option', `${name} must be ${expectationOf(fields[name])}`, {
    pointer: pointerTo(...issue.path),
  });
}

/**
 * What `?stream=1&detail=row` asks for; undefined without it. `onRefusal` as above.
 * @throws RequestError `conflicting_options` for a run's parameters where no run is asked for
 */
export function streamingOf({ stream, ...stepping }: StreamQuery, onRefusal: () => void): Stepping | undefined {
  if (stream) return steppingOf({ ...stepping, detail: stepping.detail ?? 'whole' });
  const [name] = Object.keys(stepping);
  if (stream !== undefined || name === undefined) return undefined;
  onRefusal();
  throw new RequestError('conflicting_options', `${name} is of a run that is watched: it needs stream=1`, {
    pointer: pointerTo(name),
  });
}
