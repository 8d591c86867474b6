// Asking in a closed loop, and what it cost whom.
import { cpuMs } from '../http/cpu-time.mjs';
import { Lines } from '../http/lines.mjs';

/**
 * Asks on so many connections, each again when it is answered, for so long.
 * @param {readonly number[]} pids of processes whose processor time is told
 * @returns {Promise<{ perSecond: number, cpuMs: number[] }>} the times are for each request
 */
export async function shoot({ port, request, connections, seconds, pids = [] }) {
  const lines = new Lines(port, connections);
  const before = pids.map(cpuMs);
  const start = performance.now();
  const end = start + 1000 * seconds;
  let done = 0;
  const one = async () => {
    while (performance.now() < end) {
      const { status } = await lines.ask(request);
      if (status !== 200) throw new Error(`the server answers ${status}`);
      done++;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  const ms = performance.now() - start;
  lines.close();
  return { perSecond: (1000 * done) / ms, cpuMs: pids.map((pid, i) => (cpuMs(pid) - before[i]) / done) };
}
