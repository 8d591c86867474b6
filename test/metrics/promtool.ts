/** Prometheus' own tool, of Debian's package `prometheus`: tests that need it are skipped without it, and fail where CI is set. */
import { spawnSync } from 'node:child_process';

export function hasPromtool(): boolean {
  if (spawnSync('promtool', ['--version']).error === undefined || process.env.CI) return true;
  console.log('skipped: needs promtool (apt-get install prometheus)');
  return false;
}

/** Its verdict: all that it says, nothing when all is well. */
export function promtool(args: readonly string[], input = ''): { status: number | null; said: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return { status, said: stdout + stderr };
}
