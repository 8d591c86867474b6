import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCode } from '../../../src/text/code/code.ts';
import { type ExpectedLinks, type Link, linksOf, named, snippetsOf } from './snippets.ts';

const snippets = snippetsOf('python-snippets.txt');
const script = fileURLToPath(new URL('python-links.py', import.meta.url));
const written = readFileSync(new URL('python-links.json', import.meta.url), 'utf8');
const expected: (ExpectedLinks & { formatted: [number, number][] })[] = JSON.parse(written);

/** Undefined where there is no Python 3.11 or newer. */
function python(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'], { stdio: 'ignore' });
    return 'python3';
  } catch {
    return undefined;
  }
}

describe('links in Python', () => {
  it('are held to Python’s own for 60 snippets at least', () => {
    expect(snippets.length).toBeGreaterThanOrEqual(60);
    expect(expected.map(({ name }) => name)).toEqual(snippets.map(({ name }) => name));
  });

  it.each(snippets)('are those that ast, symtable and tokenize give: $name', ({ name, code }) => {
    const { links, formatted } = expected.find((one) => one.name === name) ?? { links: [], formatted: [] };
    // Python's tokenizer saw no brackets in formatted strings before 3.12.
    const isSeen = ([from, , kind]: Link) =>
      kind !== 'bracket' || formatted.every(([start, end]) => from < start || from >= end);
    expect(named(linksOf(code, 'python').filter(isSeen), code)).toEqual(named(links, code));
  });

  it.each(snippets)('are found without a fault, and the language is guessed: $name', ({ code }) => {
    const { language, faults } = readCode(code, undefined, '/text');
    expect({ language, faults }).toEqual({ language: 'python', faults: 0 });
  });

  it.skipIf(python() === undefined)('are what Python says today (needs python3 of 3.11 or newer)', () => {
    expect(execFileSync('python3', [script, '--print'], { encoding: 'utf8' })).toBe(written);
  });
});
