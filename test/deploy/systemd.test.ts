import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { folderWith, repository } from './folder.ts';

const unit = readFileSync(join(repository, 'deploy/systemd/spotlight.service'), 'utf8');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!hasSystemd) console.log('skipped: the unit is verified where there is systemd-analyze');

describe('the unit for systemd', () => {
  it('waits longer than the server takes to end', () => {
    const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? [];
    const { drainMs, shutdownMs } = readConfig();
    expect(Number(seconds) * 1000).toBeGreaterThan(drainMs + shutdownMs);
  });

  it.skipIf(!hasSystemd)('is one that systemd understands, and closes what it can', () => {
    const here = unit.replaceAll('/usr/bin/node', process.execPath);
    const file = join(folderWith({ 'spotlight.service': here }), 'spotlight.service');
    const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    expect(verified.stderr + verified.stdout).toBe('');
    expect(verified.status).toBe(0);
    // In tenths of 0 (closed) to 10 (open); a unit without any of these lines has 9.6.
    execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', '--no-pager', file]);
  });
});
