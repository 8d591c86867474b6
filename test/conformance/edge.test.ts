import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('the edge cases are what plain float64 makes of their inputs', () => {
  const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('./edge.mjs', import.meta.url))]);
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
});
