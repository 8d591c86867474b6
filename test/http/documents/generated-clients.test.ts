/** Clients that other people's generators make of openapi/openapi.yaml: they compile, and answer as our own client does. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { command, hasTool, tools } from '../../tools.ts';
import { type Serving, serve } from '../serving.ts';

const run = promisify(execFile);
const document = fileURLToPath(new URL('../../../openapi/openapi.yaml', import.meta.url));
const canRun = hasTool('openapi-typescript', 'openapi-fetch', '@hey-api/openapi-ts', 'typescript');

type Program = (baseUrl: string, fetch: typeof globalThis.fetch) => Promise<Record<string, unknown>>;

describe.skipIf(!canRun)('a client that a generator makes', () => {
  let folder: string;
  let serving: Serving;
  beforeAll(async () => {
    // Inside the folder of the tools, whose packages it imports.
    await mkdir(join(tools, 'dist'), { recursive: true });
    folder = await mkdtemp(join(tools, 'dist/clients-'));
    await cp(join(tools, 'programs'), folder, { recursive: true });
    await run(command('openapi-typescript'), [document, '-o', join(folder, 'schema.d.ts')]);
    const hey = {
      input: document,
      output: { path: join(folder, 'hey'), importFileExtension: '.js' },
      plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    };
    await writeFile(join(folder, 'hey.config.mjs'), `export default ${JSON.stringify(hey)};\n`);
    await run(command('openapi-ts'), ['-f', join(folder, 'hey.config.mjs')], { cwd: folder });
    serving = await serve({ logLevel: 'silent' });
  });
  afterAll(async () => {
    await serving.app.close();
    await rm(folder, { recursive: true });
  });

  it('compiles with programs that use it, and refuses each wrong use', async () => {
    // A wrong use that compiles is an error, too: its @ts-expect-error has nothing to expect.
    const { stdout } = await run(command('tsc'), ['-p', folder]).catch((error) => error);
    expect(stdout).toBe('');
    for (const name of ['fetch-wrong.ts', 'hey-wrong.ts']) {
      const wrong = await readFile(join(folder, name), 'utf8');
      expect(wrong.match(/@ts-expect-error/g)?.length).toBeGreaterThanOrEqual(10);
    }
  });

  it.each(['fetch', 'hey'])('gets the answers of every operation: %s', async (name) => {
    const { program }: { program: Program } = await import(pathToFileURL(join(folder, `out/${name}-program.js`)).href);
    const used = new Set<string>();
    const told = await program(serving.url, (input, init) => {
      const request = new Request(input, init);
      used.add(operationOf(request));
      return fetch(request);
    });

    expect([...used].sort()).toEqual(operations.map(({ id }) => id).sort());
    // e² : e⁰ : e² and their mean of the values, and the logarithm of their sum, by hand.
    const [[first, second, third]] = told.output as number[][];
    for (const [got, want] of [
      [first, 7.088],
      [second, 14.1761],
      [third, 21.2641],
    ])
      expect(got).toBeCloseTo(want, 4);
    expect((told.lse as number[])[0]).toBeCloseTo(Math.log(2 * Math.exp(2) + 1), 5);
    expect(told).toMatchObject({
      location: expect.stringMatching(/^\/runs\/[\w-]+$/),
      mistake: '/key',
      meta: [1, 1, 2, 2],
      tile: { pattern: [[expect.closeTo(1 / 3, 6)]], rows: '0:1', keys: '0:3' },
      maxKey: [0],
      verdict: 'different',
      words: ['The', 'cat', 'sat', 'on', 'the', 'mat'],
      steps: ['q', 'k', 'v', 'attn_scores', 'scaled', 'pattern', 'z'],
      cancelled: 204,
      gone: 'run_cancelled',
      jobEvents: true,
      job: 'done',
      result: 200,
      forgotten: 204,
      text: { text: 'Attention!' },
      decoded: ['Attention!'],
      // 'Attention' and '!', as tiktoken cuts it.
      prompt: 2,
      ticketSeconds: 30,
      tokenizers: expect.arrayContaining(['o200k_base']),
      example: expect.anything(),
      index: '/openapi.yaml',
      live: 'live',
      ready: 'ready',
      kernel: expect.any(String),
      metrics: true,
      inferred: [1, 3],
      inferenceError: expect.stringMatching(/^inputs is missing/),
      server: ['binary_tensor_data'],
      inferenceLive: true,
      inferenceReady: true,
      model: 'attention',
      version: ['1'],
      modelReady: true,
      versionReady: 'attention',
    });
    expect(told.events).toEqual(name === 'hey' ? ['q', 'z'] : 'text/event-stream; charset=utf-8');
  });

  const paths: Record<string, Record<string, { operationId: string }>> = parse(readFileSync(document, 'utf8')).paths;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({
      id: operationId,
      method,
      pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    })),
  );
  function operationOf({ method, url }: Request): string {
    const { pathname } = new URL(url);
    const found = operations.find((one) => one.method === method.toLowerCase() && one.pattern.test(pathname));
    return found?.id ?? `${method} ${pathname}`;
  }
});
