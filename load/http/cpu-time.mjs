// The CPU time of a process: it holds on a noisy machine, where the time on the clock does not.
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Milliseconds that all threads of the process have run on a CPU so far, from the first number of
 * /proc/<pid>/task/<tid>/schedstat (in nanoseconds; /proc/<pid>/schedstat has the main thread alone).
 * `undefined` where there is no such file (not Linux, or a kernel without statistics).
 */
export function cpuMs(pid) {
  let ids;
  try {
    ids = readdirSync(`/proc/${pid}/task`);
  } catch {
    return undefined;
  }
  let nanoseconds = 0;
  for (const id of ids) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // The thread has ended since it was listed.
    }
  }
  return nanoseconds === 0 ? undefined : nanoseconds / 1e6;
}
