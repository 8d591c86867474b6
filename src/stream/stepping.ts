import type { Stepping } from '../attention/step-plan.ts';
import type { RunEnvelope } from './client-messages.ts';

export type { Stepping };

/** How a run is to be cut into steps, in the names of this side of the wire. */
export function steppingOf({ detail, tile_rows: tileRows, tile_keys: tileKeys }: RunEnvelope): Stepping {
  return { detail, tileRows, tileKeys };
}
