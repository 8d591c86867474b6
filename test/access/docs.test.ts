import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';
import { blocksOf } from '../docs/blocks.ts';
import { startServer } from '../server.ts';
import { folder } from './keyed.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const page = readFileSync(join(root, 'docs/access.md'), 'utf8');
const blocks = blocksOf('docs/access.md').filter(({ language }) => language === 'bash');

/** `"…"` in the page stands for any value. */
function likeShown(shown: unknown): unknown {
  if (shown === '…') return expect.anything();
  if (Array.isArray(shown) || typeof shown !== 'object' || shown === null) return shown;
  return Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, likeShown(value)]));
}

describe('the page on access', () => {
  it('has commands that make a key, start a server with it, and are answered as shown', async () => {
    const [make, start, ...asks] = blocks;
    const cwd = folder();
    const command = `node ${join(root, 'dist/access/key-command.js')} `;
    expect(make.text).toContain('npm run -s key -- ');
    const script = `${make.text.replace('npm run -s key -- ', command)}printf %s "$KEY"`;
    const { stdout: key } = await run('bash', ['-c', script], { cwd });
    const [, variable, file] = /^(\w+)=(\S+) npm start\n$/.exec(start.text) ?? [];
    const server = await startServer({ [variable]: join(cwd, file) });
    try {
      expect(asks.length).toBeGreaterThan(1);
      for (const { text, next } of asks) {
        const { stdout } = await run('bash', ['-c', text.replaceAll('http://127.0.0.1:8080', server.url)], {
          env: { ...process.env, KEY: key },
        });
        expect(JSON.parse(stdout)).toEqual(likeShown(JSON.parse(next?.text ?? '')));
      }
    } finally {
      expect(await server.stop()).toBe(0);
    }
  });

  it('tells codes with the status that they have', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` +\| (\d{3}) /gm)].map(([, code, status]) => [code, Number(status)]);
    expect(rows).toHaveLength(7);
    const known = new Map<string, number>(Object.entries(ERROR_CODES).map(([code, [status]]) => [code, status]));
    for (const [code, status] of rows) expect(known.get(String(code)), String(code)).toBe(status);
  });
});
