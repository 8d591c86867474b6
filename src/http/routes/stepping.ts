import { pointerTo, RequestError } from '../../errors.ts';
import { type Stepping, steppingOf } from '../../stream/stepping.ts';
import type { StreamQuery } from '../documents/query-schemas.ts';

/**
 * What `?stream=1&detail=row` asks for; undefined without it.
 * @throws RequestError `conflicting_options` for a run's parameters where no run is asked for
 */
export function streamingOf({ stream, ...stepping }: StreamQuery): Stepping | undefined {
  if (stream) return steppingOf({ ...stepping, detail: stepping.detail ?? 'whole' });
  const [name] = Object.keys(stepping);
  if (stream !== undefined || name === undefined) return undefined;
  throw new RequestError('conflicting_options', `${name} is of a run that is watched: it needs stream=1`, {
    pointer: pointerTo(name),
  });
}
