import { RequestError, shuttingDown } from '../../errors.ts';
import type { AttentionPool } from '../../pool/pool.ts';
import type { Connections } from '../transport/connections.ts';

/** What tells whether requests are served. */
export interface Readiness {
  pool: Pick<AttentionPool, 'isReady' | 'refusal'>;
  connections: Pick<Connections, 'isDraining'>;
}

/** Why requests are not served, if that is so: `draining`, `not_ready` or `workers_failing`. */
export function refusalOf({ pool, connections }: Readiness): RequestError | undefined {
  if (connections.isDraining) return shuttingDown();
  if (!pool.isReady) return new RequestError('not_ready', 'the kernels are still being tested');
  return pool.refusal;
}

/** @throws RequestError for what `refusalOf` tells */
export function requireReady(readiness: Readiness): void {
  const refusal = refusalOf(readiness);
  if (refusal !== undefined) throw refusal;
}
