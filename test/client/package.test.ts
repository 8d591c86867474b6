import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { isServerMessage, MESSAGE_MEMBERS } from '../../client/src/server-message.ts';
import { serverMessages } from '../../src/stream/protocol.ts';

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
    const names = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name);
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

  it('is found under its name', async () => {
    const script = "import('spotlight-client').then((client) => console.log(Object.keys(client).sort().join()))";
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: root });
    expect(stdout.trim()).toBe('SpotlightClient,SpotlightError');
  });

  it('has types for a page that knows nothing of Node', { timeout: 60_000 }, async () => {
    // Inside the package, which is how it can be called by its name.
    const folder = await mkdtemp(join(root, 'dist/page-'));
    try {
      await writeFile(
        join(folder, 'page.ts'),
        `import { SpotlightClient, SpotlightError, type Step } from 'spotlight-client';
const client = new SpotlightClient({ baseUrl: location.origin, WebSocket, fetch });
const answer = await client.attention({ query: [[1]], key: [[1]], value: [[1]], outputs: ['lse'] }, { tensors: 'typed' });
const numbers: Float32Array | Float64Array = answer.output.data;
const stream = client.stream({ kind: 'attention', query: [[1]], key: [[1]], value: [[1]] }, { detail: 'row', tensors: 'typed' });
const shown: Step<'typed'>[] = [];
for await (const step of stream) shown.push(step);
// @ts-expect-error there is no such option
await client.attention({ query: [[1]], key: [[1]], value: [[1]], casual: true });
// @ts-expect-error an output has a name of the schema
await client.attention({ query: [[1]], key: [[1]], value: [[1]], outputs: ['wait'] });
// @ts-expect-error a tensor in JSON is no typed array
(await client.attention({ query: [[1]], key: [[1]], value: [[1]] })).output.data.buffer;
// @ts-expect-error a code is one of those that are documented
export const never = new SpotlightError('not_finite', '').code === 'nonsense';
export { numbers };
`,
      );
      const compilerOptions = {
        target: 'es2023',
        lib: ['es2023', 'dom', 'dom.asynciterable'],
        module: 'nodenext',
        types: [],
        strict: true,
        noEmit: true,
        skipLibCheck: true,
      };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['page.ts'] }));
      await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { cwd: root }).catch(({ stdout }) =>
        expect.unreachable(stdout),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
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
