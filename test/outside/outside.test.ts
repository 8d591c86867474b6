import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startServer } from '../server.ts';

const runner = fileURLToPath(new URL('./run.mjs', import.meta.url));
const cases = fileURLToPath(new URL('./attention.jsonl', import.meta.url));

/** Sends the cases of a file to a server; gives what the runner says of those that are answered otherwise. */
function outside(url: string, file: string, env: Record<string, string>): Promise<string> {
  return new Promise((resolve) =>
    execFile(process.execPath, [runner, url, file], { env: { ...process.env, ...env } }, (_error, output) =>
      resolve(output),
    ),
  );
}

describe('what outside users sent', () => {
  it.each([
    ['the kernel of this machine', {}],
    ['WebAssembly', { KERNEL: 'wasm' }],
  ])('is answered as the threads that it comes from want it, by %s', async (_name, settings) => {
    const server = await startServer({ LOG_LEVEL: 'warn', ...settings });
    const chosen: Record<string, string> = 'KERNEL' in settings ? { ENV: `KERNEL=${settings.KERNEL}` } : {};
    const output = await outside(server.url, cases, chosen);
    expect(await server.stop()).toBe(0);
    expect(output).toMatch(/^(\d+) of \1 as expected$/m);
  });
});
