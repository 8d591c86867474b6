import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../src/carry/code.ts';
import { fileNameOf } from '../../src/carry/portable.ts';

const origin = 'http://127.0.0.1:8080';
const WORDS = `it's "so" $HOME \`id\` \\ !! %s\n# é 中 😀 \u2028 \u0001 '\\''`;

describe('the request as code', () => {
  it('is one word for a shell, whatever is in it', () => {
    const code = codeOf('curl', { method: 'text', body: { text: WORDS } }, origin);
    // curl in place of the program: a function that shows what it was given.
    const given = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${code}`], { encoding: 'utf8' });
    const [, url, , type, , body] = given.split('\0');
    expect([url, type]).toEqual([`${origin}/attention/text`, 'content-type: application/json']);
    expect(JSON.parse(body)).toEqual({ text: WORDS });
  });

  it('is the same value in TypeScript', () => {
    const asked = { text: WORDS, 'a-b': [1, -0.5, true, null], left: undefined };
    const code = codeOf('TypeScript', { method: 'attention', body: asked }, origin);
    const [, value] = /attention\((.*)\);\nconsole/s.exec(code) ?? [];
    const { left: _, ...rest } = asked;
    expect(Function(`return ${value}`)()).toEqual(rest);
  });

  it('has the words of Python for what JSON has other words for', () => {
    const code = codeOf('Python', { method: 'text', body: { a: true, b: false, c: null, d: { e: 'true' } } }, origin);
    expect(code).toContain('body = {\n    "a": True,\n    "b": False,\n    "c": None,\n    "d": { "e": "true" },\n}\n');
  });
});

describe('a dump as code', () => {
  const asked = { dump: { name: `it's $HOME.npz`, type: 'application/x-npz' } };

  it('is read from its file by a shell, whatever its name is', () => {
    const code = codeOf('curl', asked, origin);
    const script = `curl() { cat; printf '%s\\0' "$@"; }\n${code}`;
    const folder = mkdtempSync(join(tmpdir(), 'spotlight-dump-'));
    writeFileSync(join(folder, asked.dump.name), 'bytes\0');
    const given = execFileSync('sh', ['-c', script], { encoding: 'utf8', cwd: folder }).split('\0');
    rmSync(folder, { recursive: true });
    expect(given.slice(0, 3)).toEqual(['bytes', '-s', `${origin}/attention/diagnose`]);
    expect(given).toContain('content-type: application/x-npz');
  });

  it.each(['Python', 'TypeScript'] as const)('is opened by its name in %s', (language) => {
    expect(codeOf(language, asked, origin)).toContain(`("it's $HOME.npz"`);
  });

  it('needs no file where the page has its numbers', () => {
    const body = { query: [[1]], is_causal: 'lower_right' };
    const code = codeOf('TypeScript', { method: 'diagnose', body }, origin);
    const [, value] = /stringify\((.*)\),\n\}\);/s.exec(code) ?? [];
    expect(Function(`return ${value}`)()).toEqual(body);
  });
});

describe('a file name', () => {
  it('has the letters and digits of the text, and an end', () => {
    expect(fileNameOf('The cat: “sat”, on 2 mats/..')).toBe('spotlight-the-cat-sat-on-2-mats');
    expect(fileNameOf('../../etc')).toBe('spotlight-etc');
    expect(fileNameOf('Ça va ?')).toBe('spotlight-ça-va');
    expect(fileNameOf('…')).toBe('spotlight');
    expect(fileNameOf('word '.repeat(50)).length).toBeLessThanOrEqual(48);
  });
});
