import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const canCompile = spawnSync('c++', ['--version']).status === 0;
if (!canCompile) console.log('skipped: building addons needs a C++ compiler');

/** A room of two files, of which one is enough; each says its word in what is built. */
function room() {
  const here = mkdtempSync(join(tmpdir(), 'spotlight-addon-'));
  for (const name of ['one', 'other'])
    writeFileSync(join(here, `${name}.cc`), `extern "C" const char ${name}[] = "${name} is here";`);
  const parts = { one: `{ takes: (file) => file === 'one.cc', flags: [] }`, whole: 'undefined' };
  const url = (path: string) => JSON.stringify(`${pathToFileURL(path).href}/`);
  return async (part: keyof typeof parts) => {
    const script = `
      const { buildAddon } = await import('./src/build-addon.mjs');
      await buildAddon({
        title: 'words', without: 'nothing is said', name: 'words.node', compile: ['-fvisibility=default'],
        here: new URL(${url(here)}), into: new URL('built/', ${url(here)}), part: ${parts[part]},
      });
      const { readFileSync } = await import('node:fs');
      const built = readFileSync(new URL('built/words.node', ${url(here)}), 'latin1');
      console.log(['one', 'other'].filter((name) => built.includes(name + ' is here')).join());`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const [how, words] = stdout.trim().split('\n');
    return { isCompiled: how.startsWith('words: compiled'), words };
  };
}

describe.runIf(canCompile)('an addon', () => {
  it('is built in part where that is enough, and whole for whoever wants the whole', async () => {
    const build = room();
    expect(await build('one')).toEqual({ isCompiled: true, words: 'one' });
    expect(await build('one')).toEqual({ isCompiled: false, words: 'one' });
    expect(await build('whole')).toEqual({ isCompiled: true, words: 'one,other' });
    expect(await build('whole')).toEqual({ isCompiled: false, words: 'one,other' });
  });

  it('that is whole does for whoever needs a part', async () => {
    const build = room();
    await build('whole');
    expect(await build('one')).toEqual({ isCompiled: false, words: 'one,other' });
  });
});
