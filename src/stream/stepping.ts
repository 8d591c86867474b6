import type { Stepping } from '../attention/step-plan.ts';
import { withoutNulls } from '../codec/nulls.ts';
import { type RunEnvelope, runEnvelopeSchema, runStartSchema } from './client-messages.ts';
import { fieldFault } from './field-faults.ts';

export type { Stepping };

/** How a run is to be cut into steps, in the names of this side of the wire. */
export function steppingOf({ detail, tile_rows: tileRows, tile_keys: tileKeys }: RunEnvelope): Stepping {
  return { detail, tileRows, tileKeys };
}

/** How the body of POST /runs, of which only the request is missing, has it cut. @throws RequestError */
export function readStepping(envelope: string): Stepping {
  const members = withoutNulls(JSON.parse(envelope), runEnvelopeSchema.shape);
  const read = runEnvelopeSchema.safeParse(members);
  if (read.success) return steppingOf(read.data);
  const { shape: fields } = runEnvelopeSchema;
  throw fieldFault(members, read.error, { fields, known: Object.keys(runStartSchema.shape) });
}
