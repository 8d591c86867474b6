import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCode } from '../../../src/text/code/code.ts';
import { type ExpectedLinks, linksOf, named, snippetsOf } from './snippets.ts';

const snippets = snippetsOf('typescript-snippets.txt');
const script = fileURLToPath(new URL('typescript-links.mjs', import.meta.url));
const written = readFileSync(new URL('typescript-links.json', import.meta.url), 'utf8');
const expected: ExpectedLinks[] = JSON.parse(written);
const hasCompiler = existsSync(new URL('../../tools/node_modules/typescript-5.0', import.meta.url));

describe('links in TypeScript', () => {
  it('are held to those of the compiler for 30 snippets at least', () => {
    expect(snippets.length).toBeGreaterThanOrEqual(30);
    expect(expected.map(({ name }) => name)).toEqual(snippets.map(({ name }) => name));
  });

  it.each(snippets)('are those that the compiler gives: $name', ({ name, code }) => {
    const { links } = expected.find((one) => one.name === name) ?? { links: [] };
    const names = linksOf(code, 'typescript').filter(([, , kind]) => kind !== 'bracket');
    expect(named(names, code)).toEqual(named(links, code));
  });

  it.each(snippets)('are found without a fault: $name', ({ code }) => {
    expect(readCode(code, 'typescript', '/text').faults).toBe(0);
  });

  it.skipIf(!hasCompiler && !process.env.CI)(
    'are what the compiler says today (needs npm ci --prefix test/tools)',
    () => {
      expect(execFileSync('node', [script, '--print'], { encoding: 'utf8' })).toBe(written);
    },
  );
});
