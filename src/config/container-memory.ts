/** How much memory this process may use, and how much is in use: of its container, or of the machine. */
import { totalmem } from 'node:os';
import { type Group, groupsOf, type ReadText, readText } from './cgroups.ts';

interface Files {
  limit: string;
  usage: string;
  /** In `memory.stat`: pages of files that nobody used lately, which the kernel takes back before it runs out. */
  reclaimable: string;
}

const FILES: Record<Group['version'], Files> = {
  1: { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes', reclaimable: 'total_inactive_file' },
  2: { limit: 'memory.max', usage: 'memory.current', reclaimable: 'inactive_file' },
};

/** The memory of the machine in bytes, or the limit of the cgroup where that is less. */
export function availableMemory(read: ReadText = readText, machineBytes = totalmem()): number {
  return limiting(read, machineBytes)?.limit ?? machineBytes;
}

/** Memory in bytes. */
export interface ContainerMemory {
  used: number;
  limit: number;
}

/**
 * Gives what tells the memory of the container: of all of its processes, without what is reclaimable, as the kubelet counts
 * its working set. It tells nothing where there is no limit below the memory of the machine.
 */
export function containerMemory(
  read: ReadText = readText,
  machineBytes = totalmem(),
): () => ContainerMemory | undefined {
  // Which group it is does not change; what it may use can.
  const group = limiting(read, machineBytes);
  if (group === undefined) return () => undefined;
  const { limit, usage, reclaimable } = FILES[group.version];
  const inStat = new RegExp(`^${reclaimable} (\\d+)$`, 'm');
  const numberIn = (file: string) => Number(read(`${group.directory}/${file}`));
  return () => {
    const all = numberIn(usage);
    const free = Number(inStat.exec(read(`${group.directory}/memory.stat`) ?? '')?.[1] ?? 0);
    const most = numberIn(limit);
    return all > 0 && most > 0 ? { used: Math.max(0, all - free), limit: most } : undefined;
  };
}

/** The group with the least limit, if that is less than what the machine has: no limit is `max`, or nearly 2⁶³. */
function limiting(read: ReadText, machineBytes: number): (Group & { limit: number }) | undefined {
  return groupsOf('memory', read)
    .map((group) => ({ ...group, limit: Number(read(`${group.directory}/${FILES[group.version].limit}`)) }))
    .filter(({ limit }) => limit > 0 && limit < machineBytes)
    .sort((a, b) => a.limit - b.limit)[0];
}
