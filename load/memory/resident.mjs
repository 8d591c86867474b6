// The resident memory of another process, as Linux counts it.
import { readFileSync, writeFileSync } from 'node:fs';

export const canReadMemory = process.platform === 'linux';

/** A field of /proc/<pid>/status in MB (10⁶ bytes): VmRSS is now, VmHWM the peak. */
export function megabytes(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)[1]) * 1024) / 1e6;
}

/**
 * Watches the process until `stop`, which gives the samples and the peak. The peak is exact where the kernel lets VmHWM
 * start again (proc(5), clear_refs), and that of the samples elsewhere.
 */
export function watchMemory(pid, everyMs) {
  let exact = true;
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    exact = false;
  }
  const start = performance.now();
  const samples = [];
  const sample = () => samples.push({ ms: performance.now() - start, mb: megabytes(pid, 'VmRSS') });
  sample();
  const sampling = setInterval(sample, everyMs);
  return {
    stop() {
      clearInterval(sampling);
      sample();
      return { samples, peak: Math.max(...samples.map(({ mb }) => mb), exact ? megabytes(pid, 'VmHWM') : 0) };
    },
  };
}
