/** The package as others use it: packed, installed in a fresh Vite app outside of the repository, and run from its own origin. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../browser/chromium.ts';
import { examples, expectPrinted } from '../docs/examples.ts';
import { type RunningServer, startServer } from '../server.ts';
import { hasTool, tools } from '../tools.ts';
import { packClient } from './pack.ts';
import { type Site, serveFiles } from './site.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const compilers = ['typescript-5.0', 'typescript-newest'];
const canRun = hasTool(...compilers, 'vite');
const ofClient = examples.filter(({ page }) => page === 'docs/client.md' || page === 'client/README.md');
const tool = (path: string, args: string[], cwd: string) =>
  run(process.execPath, [join(tools, 'node_modules', path), ...args], { cwd }).catch(({ stdout, stderr }) =>
    expect.unreachable(`${stdout}${stderr}`),
  );

describe.skipIf(!canRun)('a Vite app that installs the package', () => {
  let folder: string;
  let app: string;
  let site: Site;
  let server: RunningServer;

  beforeAll(async () => {
    const packed = await packClient();
    folder = packed.folder;
    app = join(folder, 'app');
    await cp(fileURLToPath(new URL('./app/', import.meta.url)), app, { recursive: true });
    await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', packed.tarball], { cwd: app });
    // The site is there before its pages: the server has to know its origin, and they have to know where the server is.
    await mkdir(join(app, 'dist'));
    site = await serveFiles(join(app, 'dist'));
    server = await startServer({ CORS_ORIGINS: site.url });
    await mkdir(join(app, 'examples'));
    for (const { name, text } of ofClient) {
      const program = `${text.replaceAll('http://127.0.0.1:8080', server.url)}\nexport {};\n`;
      await writeFile(join(app, `examples/${name}.ts`), program);
    }
    const loaders = ofClient.map(({ name }) => `  '${name}': () => import('./examples/${name}'),\n`).join('');
    await writeFile(
      join(app, 'examples.ts'),
      `export const examples: Record<string, () => Promise<unknown>> = {\n${loaders}};\n`,
    );
  });
  afterAll(async () => {
    await site.close();
    expect(await server.stop()).toBe(0);
    await rm(folder, { recursive: true });
  });

  it('installs nothing else', async () => {
    const installed = await readdir(join(app, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['spotlight-client']);
  });

  /** Node's rules want the extensions of files, which bundlers do not: of the programs, those that import none. */
  const programs = ['right.ts', 'wrong.ts', 'examples/*.ts'];
  it.each(
    compilers.flatMap((compiler) => [
      { compiler, moduleResolution: 'bundler', module: 'esnext', of: 'a page', include: ['.'] },
      { compiler, moduleResolution: 'nodenext', module: 'nodenext', of: 'a page', include: programs },
      { compiler, moduleResolution: 'nodenext', module: 'nodenext', of: 'Node', include: programs },
    ]),
  )(
    'type-checks by $compiler, as $moduleResolution, with the types of $of, and refuses what is wrong',
    async (kind) => {
      const { compiler, of, include, ...options } = kind;
      const { compilerOptions } = JSON.parse(await readFile(join(app, 'tsconfig.json'), 'utf8'));
      const ofNode = { lib: ['es2022'], types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
      const config = join(app, `tsconfig.${Object.values(kind).slice(0, 4).join('-').replaceAll(' ', '-')}.json`);
      const all = { ...compilerOptions, ...options, ...(of === 'Node' && ofNode) };
      await writeFile(config, JSON.stringify({ compilerOptions: all, include, exclude: ['dist'] }));
      await tool(`${compiler}/bin/tsc`, ['-p', config], app);
    },
  );

  it('builds, and finds the client small', async () => {
    await tool('vite/bin/vite.js', ['build', '--logLevel', 'warn'], app);
    const assets = await readdir(join(app, 'dist/assets'));
    const chunk = assets.find((name) => name.startsWith('client-') && name.endsWith('.js')) ?? '';
    const bytes = gzipSync(await readFile(join(app, 'dist/assets', chunk))).byteLength;
    // docs/client.md says 11 kB.
    expect(bytes).toBeLessThan(11_000);
  });

  describe.skipIf(!hasChromium)('and runs in Chromium, from another origin than the server', () => {
    let browser: Browser;
    let page: Page;
    beforeAll(async () => {
      browser = await launchChromium();
      page = await browser.newPage();
      await page.goto(`${site.url}/`);
      await page.waitForFunction("document.title === 'ready'");
    });
    afterAll(() => browser.close());

    it.each(ofClient)('prints what is shown: $name', async ({ name, shown }) => {
      const printed: unknown[][] = await page.evaluate(`runExample('${name}')`);
      if (shown !== undefined) expectPrinted(printed.map((values) => format(...values)).join('\n'), shown);
    });

    it('is told in one line, at the first attempt, by a server that does not list the origin', async () => {
      const closed = await startServer();
      const host = new URL(closed.url).host;
      const asked: string[] = [];
      page.on(
        'request',
        (request) => request.url().startsWith(closed.url) && asked.push(new URL(request.url()).pathname),
      );
      page.on('websocket', (socket) => asked.push(new URL(socket.url()).pathname));
      const refusal = {
        code: 'origin_not_allowed',
        status: 403,
        message: `origin_not_allowed: ${host} does not let pages of ${site.url} in: its CORS_ORIGINS has to name that origin`,
      };
      expect(await page.evaluate(`refusals('${closed.url}')`)).toEqual([refusal, refusal, refusal]);
      expect(asked.filter((path) => path === '/attention').length).toBeLessThanOrEqual(1);
      expect(asked.filter((path) => path === '/attention/stream')).toHaveLength(1);
      expect(await closed.stop()).toBe(0);
    });

    it('tells a server that is not there from one that is closed to it', async () => {
      const gone = await serveFiles(app);
      await gone.close();
      expect(await page.evaluate(`readyAt('${gone.url}')`)).toBe(false);
    });
  });
});
