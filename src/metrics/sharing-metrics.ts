/** Of what replicas share; without REDIS_URL they have no samples. */
import type { Metric, Sharing } from './sources.ts';

const SECOND = 1000;

function metric(
  name: string,
  kind: Metric['kind'],
  help: string,
  value: (sharing: Sharing) => number | undefined,
): Metric {
  return {
    name,
    kind,
    help,
    read({ sharing }) {
      const found = sharing && value(sharing);
      return found === undefined ? [] : [{ value: found }];
    },
  };
}

export const sharingMetrics: readonly Metric[] = [
  metric('spotlight_redis_up', 'gauge', '1 while there is a connection to Redis, 0 while it is sought.', ({ redis }) =>
    Number(redis.isThere),
  ),
  metric(
    'spotlight_redis_failures_total',
    'counter',
    'Questions to Redis that were not answered as they should be: it was away, slow or full.',
    ({ redis }) => redis.failures,
  ),
  metric(
    'spotlight_redis_reconnects_total',
    'counter',
    'How often Redis was found again after it was lost.',
    ({ redis }) => redis.reconnects,
  ),
  metric(
    'spotlight_redis_round_trip_seconds',
    'gauge',
    'How long Redis took for the last answer of those that are asked for once a second; nothing while it is away.',
    ({ replicas: { roundTripMs } }) => roundTripMs && roundTripMs / SECOND,
  ),
  metric(
    'spotlight_replicas',
    'gauge',
    'Replicas that share the Redis, this one included; as last heard while it is away.',
    ({ replicas }) => replicas.count,
  ),
  metric(
    'spotlight_limits_shared',
    'gauge',
    '1 while callers are counted over all replicas, 0 while each replica gives its part: Redis is away, slow or full.',
    ({ ledger }) => Number(ledger.isNear),
  ),
  metric(
    'spotlight_limit_posts_total',
    'counter',
    'How often what a caller has taken was told to Redis.',
    ({ ledger }) => ledger.posts,
  ),
];
