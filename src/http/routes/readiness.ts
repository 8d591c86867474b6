import { RequestError, shuttingDown } from '../../errors.ts';
import type { AttentionPool } from '../../pool/pool.ts';
import type { Connections } from '../transport/connections.ts';

/** What tells whether requests are served. */
export interface Readiness {
  pool: Pick<AttentionPool, 'isReady' | 'refusal'>;
  connections: Pick<Connections, 'isDraining'>;
}

/** @throws RequestError `draining`, `not_ready`, `workers_failing` */
export function requireReady({ pool, connections }: Readiness): void {
  if (connections.isDraining) throw shuttingDown();
  if (!pool.isReady) throw new RequestError('not_ready', 'the kernels are still being tested');
  if (pool.refusal !== undefined) throw pool.refusal;
}
