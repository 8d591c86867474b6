import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { examples, expectPrinted } from './examples.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** What docs/client.md names for Node 20, which has a WebSocket only so. */
const flags = Reflect.get(globalThis, 'WebSocket') === undefined ? ['--experimental-websocket'] : [];

describe('the examples in TypeScript', () => {
  let server: RunningServer;
  let folder: string;
  beforeAll(async () => {
    server = await startServer();
    // Inside the package, which is how it can be called by its name.
    folder = await mkdtemp(join(root, 'dist/examples-'));
    for (const { name, text } of examples) {
      await writeFile(join(folder, `${name}.ts`), text.replaceAll('http://127.0.0.1:8080', server.url));
    }
    const compilerOptions = { target: 'es2023', module: 'nodenext', types: ['node'], strict: true, skipLibCheck: true };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { cwd: root }).catch(({ stdout }) =>
      expect.unreachable(stdout),
    );
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    expect(await server.stop()).toBe(0);
  });

  it.each(examples)('print what is shown: $name', async ({ name, shown }) => {
    const { stdout } = await run(process.execPath, [...flags, join(folder, `${name}.js`)], { cwd: root });
    if (shown !== undefined) expectPrinted(stdout, shown);
  });
});
