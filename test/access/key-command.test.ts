import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder } from './keyed.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What `npm run key` runs once it has built. */
function key(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const options = { env: { ...process.env, API_KEYS_FILE: '', ...env } };
    execFile(process.execPath, [join(root, 'dist/access/key-command.js'), ...args], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

describe('npm run key', () => {
  it('tells a key on the standard output, and writes nothing of it but its digest', async () => {
    const file = join(folder(), 'keys.json');
    const { code, out, err } = await key(['--name', 'reports', '--scopes', 'attention,ops', '--file', file]);
    expect(code).toBe(0);
    expect(out).toMatch(/^spotlight_[\w-]{43}\n$/);
    expect(err).not.toContain(out.trim());
    const sha256 = createHash('sha256').update(out.trim()).digest('hex');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      keys: [{ name: 'reports', scopes: ['attention', 'ops'], sha256 }],
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('adds to the file of API_KEYS_FILE, whose rights stay', async () => {
    const file = join(folder(), 'keys.json');
    await key(['--name', 'one'], { API_KEYS_FILE: file });
    chmodSync(file, 0o640);
    await key(['--name', 'two'], { API_KEYS_FILE: file });
    const { keys } = JSON.parse(readFileSync(file, 'utf8'));
    expect(keys.map(({ name, scopes }: Record<string, unknown>) => ({ name, scopes }))).toEqual([
      { name: 'one', scopes: ['attention', 'runs'] },
      { name: 'two', scopes: ['attention', 'runs'] },
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(dirname(file))).toEqual(['keys.json']);
  });

  it.each([
    ['no name', [], /--name says whose key it is/],
    ['a scope that is none', ['--name', 'x', '--scopes', 'all'], /must be one of attention, runs, ops/],
    ['a name with a space', ['--name', 'a b'], /must be 1 to 64 letters/],
    ['an option that is none', ['--nam', 'x'], /Unknown option '--nam'/],
  ])('tells in one line what is wrong with %s, and writes nothing', async (_what, args, message) => {
    const file = join(folder(), 'keys.json');
    const { code, out, err } = await key([...args, '--file', file]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
    expect(existsSync(file)).toBe(false);
  });

  it.each(['--help', '-h'])('says with %s how it is used, and makes none', async (option) => {
    const { code, out, err } = await key([option]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^npm run key -- --name NAME /);
  });

  it.each([
    ['a folder that is not there', '/nowhere/keys.json', 'cannot be written: ENOENT: no such file or directory'],
    ['a folder in place of a file', '/', 'cannot be read: EISDIR: illegal operation on a directory'],
  ])('names the file that was asked for when it is in %s', async (_what, file, why) => {
    const { code, out, err } = await key(['--name', 'x', '--file', file]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(`The file ${file} ${why}\n`);
  });

  it('leaves a file alone that it does not understand', async () => {
    const file = join(folder(), 'keys.json');
    writeFileSync(file, '{"keys": [');
    const { code, out, err } = await key(['--name', 'x', '--file', file]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(`The file ${file} is not JSON\n`);
    expect(readFileSync(file, 'utf8')).toBe('{"keys": [');
  });
});
