/** How many cores this process may use: what the machine has, bounded by the CPU quota of its container. */
import { availableParallelism } from 'node:os';
import { groupsOf, type ReadText, readText } from './cgroups.ts';

/** The cores of the machine, or the quota of the cgroup where that is less; a part of a core counts as one. */
export function availableCores(read: ReadText = readText, machineCores = availableParallelism()): number {
  return Math.max(1, Math.min(machineCores, Math.ceil(cpuQuota(read))));
}

/** The least quota, in cores, of the cgroup and its ancestors; ∞ without one. */
function cpuQuota(read: ReadText): number {
  const quotas = groupsOf('cpu', read).map(({ version, directory }) =>
    version === 2
      ? quotaOf(read(`${directory}/cpu.max`)?.trim().split(/\s+/))
      : quotaOf([read(`${directory}/cpu.cfs_quota_us`), read(`${directory}/cpu.cfs_period_us`)]),
  );
  return Math.min(...quotas, Number.POSITIVE_INFINITY);
}

/** No quota is `max` in version 2, and −1 in version 1. */
function quotaOf([quota, period]: readonly (string | undefined)[] = []): number {
  const cores = Number(quota) / Number(period);
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}
