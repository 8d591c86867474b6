// What one request costs whom, by what scale.mjs has measured, and the machines that it is about.

/** Of the gateway and of each replica, cores; of the network, bytes a second in one direction: 10 Gbit/s. */
export const MACHINES = { gatewayCores: 4, replicaCores: 2, bytesPerSecond: 1.25e9 };
/** Each replica has so many customers at least, who ask again when they are answered. */
export const CUSTOMERS = 16;
/** What each replica tells Redis for itself, once a second. */
const BEATS_PER_SECOND = 1;

/** @param costs what `scale.mjs --json` wrote */
export function scenariosOf({ replicas: { large, tiny }, stateless: { redisCommandMs }, runs }) {
  const none = { redisMs: 0, redisBytes: 0 };
  /** Answered on the HTTP thread, of which a replica has one. */
  const onOne = { ...tiny, replicaCores: 1 };
  return [
    { name: 'tiny, 8×4 JSON', ...onOne, ...none },
    // The worst there is: each from a caller of its own, so that each is told to both of its buckets.
    { name: 'tiny, limits, all callers new', ...onOne, redisMs: 2 * redisCommandMs, redisBytes: 600 },
    { name: '1×2048×16 safetensors', ...large, ...none },
    {
      name: 'runs of 1×2048×16, watched elsewhere',
      ...large,
      // Computed on both.
      replicaMs: 2 * large.replicaMs,
      redisMs: runs.redisMs,
      redisBytes: Math.max(runs.bytesIn, runs.bytesOut),
    },
  ].map((one) => ({ ...one, redisCommandMs }));
}

/** Stations of one scenario with so many replicas. The network is that of the gateway, which carries each body twice. */
export function stationsOf(scenario, replicas) {
  const { gatewayCores, bytesPerSecond } = MACHINES;
  const {
    gatewayMs,
    replicaMs,
    redisMs,
    redisBytes,
    bytesIn,
    bytesOut,
    redisCommandMs,
    replicaCores = MACHINES.replicaCores,
  } = scenario;
  /** What of Redis is left beside the beats. */
  const free = Math.max(0.01, 1 - (replicas * BEATS_PER_SECOND * redisCommandMs) / 1000);
  return [
    { name: 'replicas', ms: replicaMs, servers: replicas * replicaCores },
    { name: 'gateway', ms: gatewayMs, servers: gatewayCores },
    { name: 'network', ms: (1000 * (bytesIn + bytesOut)) / bytesPerSecond, servers: 1 },
    { name: 'Redis', ms: redisMs / free, servers: 1 },
    { name: 'its network', ms: (1000 * redisBytes) / bytesPerSecond, servers: 1 },
  ];
}
