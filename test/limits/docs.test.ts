import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { folder } from '../access/keyed.ts';
import { blocksOf } from '../docs/blocks.ts';
import { startServer } from '../server.ts';

const run = promisify(execFile);

it('the page on limits has a server and requests that are answered as shown', async () => {
  const [start, ask] = blocksOf('docs/limits.md').filter(({ language }) => language === 'bash');
  const [variables] = start.text.split(' npm start');
  const server = await startServer(Object.fromEntries(variables.split(' ').map((one) => one.split('='))));
  try {
    const command = ask.text.replaceAll('http://127.0.0.1:8080', server.url);
    const { stdout } = await run('bash', ['-c', command], { cwd: folder() });
    const [shown, problem] = [ask.next?.text ?? '', stdout].map((text) => {
      const lines = text.split('\n');
      return { lines: lines.slice(0, 3), ...JSON.parse(lines.slice(3).join('\n')) };
    });
    expect(problem).toEqual({ ...shown, instance: expect.any(String) });
  } finally {
    expect(await server.stop()).toBe(0);
  }
});
