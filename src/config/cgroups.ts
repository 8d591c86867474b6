/** The control groups of this process, as Linux tells of them (cgroups(7)): what bounds a container. */
import { readFileSync } from 'node:fs';

/** The text of a file, or undefined where it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** The directory of a control group, and of which version its files are. */
export interface Group {
  version: 1 | 2;
  directory: string;
}

/**
 * The groups of this process that a controller of version 1, or version 2, may bound it by: its own and their ancestors, the
 * outermost first. Inside a container the own group is usually mounted as the root, so both places are looked at.
 */
export function groupsOf(controller: 'cpu' | 'memory', read: ReadText = readText): Group[] {
  const groups = new Map<string, Group>();
  // One line a hierarchy: `0::/path` is version 2, `4:cpu,cpuacct:/path` is version 1.
  for (const line of ['0::/', `1:${controller}:/`, ...(read('/proc/self/cgroup')?.split('\n') ?? [])]) {
    const [id, controllers, path] = line.split(':');
    if (path === undefined) continue;
    const version = id === '0' ? 2 : 1;
    if (version === 1 && !controllers.split(',').includes(controller)) continue;
    const root = version === 2 ? '/sys/fs/cgroup' : `/sys/fs/cgroup/${controller}`;
    for (const group of withAncestors(path)) groups.set(root + group, { version, directory: root + group });
  }
  return [...groups.values()];
}

/** `/a/b` → the root, `/a` and `/a/b`. */
function withAncestors(path: string): string[] {
  const names = path.split('/').filter(Boolean);
  return Array.from({ length: names.length + 1 }, (_, depth) =>
    names
      .slice(0, depth)
      .map((name) => `/${name}`)
      .join(''),
  );
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
