import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';
import { blocksOf, commandsOf, pages } from './blocks.ts';
import { expectShown } from './shown.ts';
import { isOfStory } from './stories.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const scripts: Record<string, string> = JSON.parse(readFileSync(`${root}package.json`, 'utf8')).scripts;

const shell = pages.flatMap(blocksOf).filter((block) => block.language === 'sh' && !isOfStory(block));
const requests = shell.flatMap((block) =>
  commandsOf(block)
    .filter((command) => command.startsWith('curl '))
    .map((command, i, all) => ({ page: block.page, command, shown: i + 1 === all.length ? block.next : undefined })),
);
const others = shell.flatMap((block) => commandsOf(block).filter((command) => !command.startsWith('curl ')));

describe('the pages', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  it.each(requests)('answer in $page as shown: $command', async ({ command, shown }) => {
    const { stdout } = await run('bash', ['-c', command.replaceAll('http://127.0.0.1:8080', server.url)], {
      cwd: root,
    });
    if (shown?.language === 'json') expectShown(JSON.parse(stdout), JSON.parse(shown.text));
    else if (shown?.language === 'text') expect(stdout.trimEnd()).toBe(shown.text.trimEnd());
    else expect(stdout).not.toBe('');
  });

  it('name only scripts and programs that exist', () => {
    const steps = others.flatMap((command) => command.split('&&')).map((step) => step.trim());
    const unknown = steps.filter((step) => {
      const words = step.split(/\s+/).filter((word) => !/^[A-Z_]+=/.test(word));
      if (words[0] === 'npm' && words[1] === 'run') return scripts[words[2]] === undefined;
      if (words[0] === 'npm') return !['ci', 'start', 'test'].includes(words[1]);
      if (words[0] === 'node') return !existsSync(join(root, words[1]));
      return true;
    });
    expect(unknown).toEqual([]);
  });

  it.each([...pages, 'load/README.md'])('link in %s to what is there', (page) => {
    const text = readFileSync(root + page, 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map(([, target]) => target);
    const missing = targets
      .filter((target) => !target.startsWith('http'))
      .filter((target) => !existsSync(join(root, normalize(join(dirname(page), target)))));
    expect(missing).toEqual([]);
  });

  it('name in load/README.md only scripts that exist', () => {
    const text = readFileSync(`${root}load/README.md`, 'utf8');
    const named = [...text.matchAll(/`(?:node )?(load\/[\w-]+\.mjs)/g)].map(([, file]) => file);
    expect(named.filter((file) => !existsSync(root + file))).toEqual([]);
    const wanted = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script);
    expect(wanted.filter((script) => scripts[script] === undefined)).toEqual([]);
  });
});

describe("the README's two commands", () => {
  const readme = blocksOf('README.md').filter(({ language }) => language === 'sh');

  it('come first, and are what continuous integration runs', () => {
    expect(readme.slice(0, 2).flatMap(commandsOf)).toEqual(['npm ci && npm start', 'npm ci && npm test']);
    const ci = readFileSync(`${root}.ci/run`, 'utf8');
    expect(ci).toMatch(/^step 'install' npm ci$/m);
    expect(ci).toMatch(/^step 'tests' npm test /m);
  });
});
