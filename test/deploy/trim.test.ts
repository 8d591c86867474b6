import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, repository } from './folder.ts';

/** The files that trimming leaves of these. */
function trimmed(files: string[]): string[] {
  const folder = folderWith(files);
  execFileSync(process.execPath, [join(repository, 'deploy/image/trim.mjs'), folder]);
  const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return left.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort();
}

const here = `${process.platform}-${process.arch}-gnu`;

describe('trimming node_modules', () => {
  it('keeps what is loaded', () => {
    const loaded = [
      'a/index.js',
      'a/index.mjs',
      'a/lib/b.cjs',
      'a/package.json',
      'a/data.json',
      'b/page.html',
      'b/package.json',
    ];
    expect(trimmed(loaded)).toEqual(loaded.sort());
  });

  it('takes maps, declarations, sources and texts', () => {
    const files = [
      'index.js.map',
      'index.d.ts',
      'index.d.mts',
      'index.ts',
      'CHANGELOG.md',
      '.travis.yml',
      '.github/ci.yml',
    ];
    expect(trimmed(['a/LICENSE', 'a/package.json', ...files.map((name) => `a/${name}`)])).toEqual([
      'a/LICENSE',
      'a/package.json',
    ]);
  });

  it('keeps every license, and the README where a package has no other', () => {
    const licenses = [
      'a/LICENSE.md',
      'a/package.json',
      'b/README.md',
      'b/package.json',
      'c/licence',
      'c/package.json',
      'd/COPYING',
    ];
    expect(trimmed([...licenses, 'a/README.md', 'a/docs/README.md', 'c/README.md'])).toEqual(licenses);
  });

  it('takes builds for another C library', () => {
    const builds = ['a/node.napi.glibc.node', 'a/node.napi.musl.node', 'a/node.abi115.musl.node', 'a/package.json'];
    expect(trimmed(builds)).toEqual(['a/node.napi.glibc.node', 'a/package.json']);
  });

  it('takes tests and examples of a package, but no code that has such a name', () => {
    // yaml has code in dist/doc.
    expect(
      trimmed(['yaml/package.json', 'yaml/test/a.js', 'yaml/docs/b.js', 'yaml/examples/c.js', 'yaml/dist/doc/d.js']),
    ).toEqual(['yaml/dist/doc/d.js', 'yaml/package.json']);
  });

  it('takes the builds for other platforms', () => {
    const builds = ['darwin-arm64', 'linux-x64-musl', 'linux-arm64-musl', 'win32-x64-msvc', 'android-arm64', here];
    expect(trimmed([...builds.map((build) => `t/t.${build}.node`), 'native/attention.node'])).toEqual([
      'native/attention.node',
      `t/t.${here}.node`,
    ]);
  });

  it('keeps the vocabularies of gpt-tokenizer, and none of its code', () => {
    expect(
      trimmed(['gpt-tokenizer/package.json', 'gpt-tokenizer/esm/a.js', 'gpt-tokenizer/data/o200k_base.tiktoken']),
    ).toEqual(['gpt-tokenizer/data/o200k_base.tiktoken', 'gpt-tokenizer/package.json']);
  });
});
