import { z } from 'zod';
import { pointerTo, RequestError } from '../../errors.ts';
import { runEnvelopeSchema } from '../../stream/protocol.ts';
import { type Stepping, steppingOf } from '../../stream/stepping.ts';

/** How a run is to be cut into steps; `onRefusal` lets go of what was read with it. */
export function readStepping(value: unknown, onRefusal: () => void = () => {}): Stepping {
  const read = runEnvelopeSchema.safeParse(value);
  if (read.success) return steppingOf(read.data);
  onRefusal();
  const [issue] = read.error.issues;
  if (issue.code === 'unrecognized_keys') {
    throw new RequestError('unknown_field', 'there is no field of this name', { pointer: pointerTo(issue.keys[0]) });
  }
  throw new RequestError('invalid_option', issue.message, { pointer: pointerTo(...issue.path.map(String)) });
}

const streamQuery = z.object({
  stream: z.enum(['1', 'true', '0', 'false']).optional(),
  detail: z.string().default('whole'),
  tile_rows: z.coerce.number().optional(),
  tile_keys: z.coerce.number().optional(),
});

/** What `?stream=1&detail=row` asks for; undefined without it. */
export function streamingOf(query: unknown): Stepping | undefined {
  const read = streamQuery.safeParse(query);
  if (!read.success) throw new RequestError('invalid_option', 'stream must be 1 or 0', { pointer: '/stream' });
  const { stream, ...stepping } = read.data;
  return stream === '1' || stream === 'true' ? readStepping(stepping) : undefined;
}
