/** How many cores this process may use: what the machine has, bounded by the CPU quota of its container. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

type ReadText = (path: string) => string | undefined;

/** The cores of the machine, or the quota of the cgroup where that is less; a part of a core counts as one. */
export function availableCores(read: ReadText = readText, machineCores = availableParallelism()): number {
  return Math.max(1, Math.min(machineCores, Math.ceil(cpuQuota(read))));
}

/**
 * The least quota, in cores, of the cgroup and its ancestors; ∞ without one. Inside a container the own cgroup is usually
 * mounted as the root, so both places are looked at.
 */
function cpuQuota(read: ReadText): number {
  const quotas: number[] = [];
  // One line a hierarchy (cgroups(7)): `0::/path` is version 2, `4:cpu,cpuacct:/path` is version 1.
  for (const line of ['0::/', '1:cpu:/', ...(read('/proc/self/cgroup')?.split('\n') ?? [])]) {
    const [id, controllers, path] = line.split(':');
    if (path === undefined) continue;
    for (const group of withAncestors(path)) {
      if (id === '0') quotas.push(quotaOf(read(`/sys/fs/cgroup${group}/cpu.max`)?.trim().split(/\s+/)));
      else if (controllers.split(',').includes('cpu')) {
        const directory = `/sys/fs/cgroup/cpu${group}`;
        quotas.push(quotaOf([read(`${directory}/cpu.cfs_quota_us`), read(`${directory}/cpu.cfs_period_us`)]));
      }
    }
  }
  return Math.min(...quotas, Number.POSITIVE_INFINITY);
}

/** `/a/b` → `/a/b`, `/a` and the root. */
function withAncestors(path: string): string[] {
  const names = path.split('/').filter(Boolean);
  return Array.from({ length: names.length + 1 }, (_, depth) =>
    names
      .slice(0, depth)
      .map((name) => `/${name}`)
      .join(''),
  );
}

/** No quota is `max` in version 2, and −1 in version 1. */
function quotaOf([quota, period]: readonly (string | undefined)[] = []): number {
  const cores = Number(quota) / Number(period);
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
