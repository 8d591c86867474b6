import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { repository } from './folder.ts';

/** What runs, what is served and what it must say: nothing else. */
const WANTED = [
  /^(LICENSE|README\.md|package\.json)$/,
  /^dist\/.*\.js$/,
  /^dist\/(kernels|codec|http\/listener|pressure)\/.*\.(wasm|node)$/,
  /^openapi\/(openapi|asyncapi)\.yaml$/,
  /^studio\/dist\/(index\.html|assets\/[\w-]+\.(js|css|svg)(\.br|\.gz)?)$/,
  /^vectors\/(glove-30k\.bin|NOTICE\.md)$/,
];

const packed = z.tuple([z.object({ files: z.array(z.object({ path: z.string() })) })]);

describe('npm pack', () => {
  const options = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = packed.parse(
    JSON.parse(execFileSync('npm', options, { cwd: repository, stdio: 'pipe' }).toString()),
  );
  const paths = files.map(({ path }) => path);

  it('holds nothing that is not needed to run', () => {
    expect(paths.filter((path) => !WANTED.some((pattern) => pattern.test(path)))).toEqual([]);
  });

  it('holds what is', () => {
    expect(paths).toEqual(
      expect.arrayContaining(['dist/main.js', 'studio/dist/index.html', 'vectors/NOTICE.md', 'LICENSE']),
    );
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8');

  it('labels the image with the version and description of the package', () => {
    const { version, description } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    expect(dockerfile).toContain(`\nARG VERSION=${version}\n`);
    expect(dockerfile).toContain(`org.opencontainers.image.description="${description}"`);
  });

  it('takes every base from an argument, so that a build can pin it', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(bases).toHaveLength(2);
    for (const base of bases) expect(base).toMatch(/^\$\{\w+\}$/);
  });
});
