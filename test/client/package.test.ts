import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { isServerMessage, MESSAGE_MEMBERS } from '../../client/src/stream/server-message.ts';
import { serverMessages } from '../../src/stream/protocol.ts';
import { packClient } from './pack.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** All modules that one loads when it runs, and what they import from elsewhere. */
async function loadedBy(entry: string): Promise<{ files: Set<string>; foreign: Set<string> }> {
  const files = new Set<string>();
  const foreign = new Set<string>();
  const look = async (file: string): Promise<void> => {
    if (files.has(file)) return;
    files.add(file);
    const text = await readFile(file, 'utf8');
    const names = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'([^'\s]+)'/g)].map(([, name]) => name);
    for (const name of names) {
      if (name.startsWith('.')) await look(resolve(dirname(file), name));
      else foreign.add(name);
    }
  };
  await look(entry);
  return { files, foreign };
}

describe('the package', () => {
  it('loads nothing but its own modules, so that a browser can', async () => {
    const { files, foreign } = await loadedBy(join(root, 'client/dist/client.js'));
    expect([...foreign]).toEqual([]);
    expect([...files].filter((file) => !file.startsWith(join(root, 'client/dist/')))).toEqual([]);
    expect(files.size).toBeGreaterThan(10);
  });

  it('depends on nothing', async () => {
    const about = JSON.parse(await readFile(join(root, 'client/package.json'), 'utf8'));
    expect(Object.keys(about).filter((name) => /dependencies/i.test(name))).toEqual([]);
  });

  it('packs to at most 60 kB, with its README and license and without its sources', async () => {
    const { folder, bytes, files } = await packClient();
    await rm(folder, { recursive: true });
    expect(bytes).toBeLessThanOrEqual(60_000);
    expect(files).toEqual(
      expect.arrayContaining(['README.md', 'LICENSE', 'package.json', 'dist/client.js', 'dist/client.d.ts']),
    );
    expect(files.filter((file) => !/^dist\/[\w/-]+(\.d\.ts|\.js)$/.test(file)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ]);
  });

  it('is found under its name, and offers what the README says', async () => {
    const script = "import('spotlight-client').then((client) => console.log(Object.keys(client).sort().join()))";
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: root });
    expect(stdout.trim()).toBe('SpotlightClient,SpotlightError');
  });
});

describe('the messages of the stream', () => {
  const schemas: Record<string, z.ZodObject> = serverMessages;

  it('are all known to the client, which asks for nothing that may be absent', () => {
    expect(Object.keys(MESSAGE_MEMBERS).sort()).toEqual(Object.keys(serverMessages).sort());
    for (const [type, members] of Object.entries(MESSAGE_MEMBERS)) {
      const { shape } = schemas[type];
      for (const name of Object.keys(members)) {
        expect(shape[name]?.safeParse(undefined).success, `${type}.${name}`).toBe(false);
      }
    }
  });

  it('are passed over when they are of a later version, and not taken when they are broken', () => {
    expect(isServerMessage({ type: 'pong' })).toBe(true);
    expect(isServerMessage({ type: 'fanfare' })).toBe(false);
    expect(isServerMessage({ type: 'toString' })).toBe(false);
    expect(isServerMessage({ type: 'goodbye', reconnect_after_ms: '1' })).toBe(false);
    expect(isServerMessage(null)).toBe(false);
    expect(isServerMessage({ type: 'error', problem: null })).toBe(false);
  });
});
