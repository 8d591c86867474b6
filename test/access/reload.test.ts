import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addKey } from '../../src/access/new-key.ts';
import { EchoPool, until } from '../http/serving.ts';
import { ready, startProcess } from '../http/transport/process.ts';
import { bearer, fileOf, folder, serveKeyed } from './keyed.ts';

const statusOf = async (url: string, key: string) => (await fetch(`${url}/info`, { headers: bearer(key) })).status;

describe('a file of keys', () => {
  it('is read anew when it changes', async () => {
    const { app, url, file, lines } = await serveKeyed({}, new EchoPool());
    expect(await statusOf(url, 'spotlight_late')).toBe(401);
    const key = addKey(file, { name: 'late', scopes: ['ops'] });
    await until(() => lines.some(({ msg }) => msg === 'API_KEYS_FILE was read anew: 6 keys'));
    expect(await statusOf(url, key)).toBe(200);
    await app.close();
  });

  it('is read anew when it is a link that was turned, as Kubernetes does with secrets', async () => {
    const place = folder();
    for (const name of ['old', 'new']) mkdirSync(join(place, name));
    const before = addKey(join(place, 'old/keys.json'), { name: 'a', scopes: ['ops'] });
    const after = addKey(join(place, 'new/keys.json'), { name: 'a', scopes: ['ops'] });
    symlinkSync('old', join(place, 'now'));
    symlinkSync('now/keys.json', join(place, 'keys.json'));
    const { app, url, lines } = await serveKeyed({ apiKeysFile: join(place, 'keys.json') }, new EchoPool());
    expect(await statusOf(url, before)).toBe(200);
    symlinkSync('new', join(place, 'next'));
    renameSync(join(place, 'next'), join(place, 'now'));
    await until(() => lines.some(({ msg }) => msg === 'API_KEYS_FILE was read anew: 1 keys'));
    expect([await statusOf(url, before), await statusOf(url, after)]).toEqual([401, 200]);
    await app.close();
  });

  it('that cannot be used any more leaves the keys as they were, and the log says so without repeating it', async () => {
    const { app, url, file, keys, lines } = await serveKeyed({}, new EchoPool());
    for (const [i, broken] of ['{"keys": [canary', '{"keys":[{"key":"canary"}]}'].entries()) {
      writeFileSync(file, broken);
      app.access.reload();
      expect(lines.filter(({ level }) => level === 50)).toHaveLength(i + 1);
      expect(lines.at(-1)?.msg).toMatch(
        /^API_KEYS_FILE was read anew, but the file is .*; what it said before still holds$/,
      );
      expect(await statusOf(url, keys.ops)).toBe(200);
    }
    expect(JSON.stringify(lines)).not.toContain('canary');
    await app.close();
  });

  it('in which no key is left is read anew with a warning', async () => {
    const { app, url, file, keys, lines } = await serveKeyed({}, new EchoPool());
    writeFileSync(file, '{"keys":[]}');
    app.access.reload();
    expect(lines.at(-1)).toMatchObject({
      level: 40,
      msg: 'API_KEYS_FILE was read anew: 0 keys, with which nobody has a key',
    });
    expect(await statusOf(url, keys.ops)).toBe(401);
    await app.close();
  });

  it('is read anew at SIGHUP, and the server goes on', async () => {
    const file = join(folder(), 'keys.json');
    const key = addKey(file, { name: 'a', scopes: ['ops'] });
    const server = await startProcess({ API_KEYS_FILE: file });
    await ready(server);
    process.kill(server.pid, 'SIGHUP');
    await until(() => server.output().includes('API_KEYS_FILE was read anew: 1 keys'));
    expect(await statusOf(server.url, key)).toBe(200);
    process.kill(server.pid, 'SIGTERM');
    expect(await server.exited).toBe(0);
  });
});

describe('the start', () => {
  const set = '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}';
  const secret = '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"x","d":"secret"}]}';
  it.each([
    [{ API_KEYS_FILE: '/nowhere/keys.json' }, /^API_KEYS_FILE is "\/nowhere\/keys\.json", but ENOENT/],
    [{ API_KEYS_FILE: '/' }, /^API_KEYS_FILE is "\/", but the file is no file$/],
    [{ API_KEYS_FILE: fileOf('nothing') }, /^API_KEYS_FILE is "[^"]+", but the file is not JSON$/],
    [{ API_KEYS_FILE: fileOf(' '.repeat(2 ** 20 + 1)) }, /but the file is larger than 1048576 bytes$/],
    [{ JWKS_FILE: fileOf(set), JWT_ISSUER: 'a', JWT_AUDIENCE: 'b' }, /keys\.0\.kty: must be RSA, EC or OKP$/],
    [{ JWKS_FILE: fileOf(secret), JWT_ISSUER: 'a', JWT_AUDIENCE: 'b' }, /keys\.0: is a private key/],
    [{ JWKS_FILE: fileOf(set) }, /^JWT_ISSUER and JWT_AUDIENCE must be set/],
    [{ JWT_ISSUER: 'a', JWT_AUDIENCE: 'b' }, /^tokens are checked with the keys of JWKS_URL or of JWKS_FILE/],
    [{ JWKS_URL: 'http://example.org/jwks' }, /^JWKS_URL is "http:\/\/example\.org\/jwks", but must be a URL of https/],
  ])('with %o is no start, for a reason in one line', async (env, reason) => {
    const server = await startProcess({ ...env, LOG_LEVEL: 'silent' });
    expect(await server.exited).toBe(1);
    expect(server.output()).toMatch(/^spotlight cannot start: [^\n]*\n$/);
    expect(server.output().slice('spotlight cannot start: '.length).trimEnd()).toMatch(reason);
  });

  it.each(['API_KEYS_FILE', 'JWKS_URL', 'JWKS_FILE'])('warns that %s is empty, and needs no key', async (variable) => {
    const server = await startProcess({ [variable]: '' });
    expect(server.output()).toContain(`${variable} is set to nothing, which is as if it was not set: no key is needed`);
    expect((await fetch(`${server.url}/info`)).status).toBe(200);
    process.kill(server.pid, 'SIGTERM');
    expect(await server.exited).toBe(0);
  });

  it.each([
    [{}, 0],
    [{ HOST: '0.0.0.0' }, 1],
    [{ HOST: '0.0.0.0', API_KEYS_FILE: fileOf('{"keys":[]}') }, 0],
  ])('with %o warns %d times that anybody may use the server', async (env, times) => {
    const server = await startProcess(env);
    const warnings =
      server.output().match(/"level":40.*NO KEYS ARE SET, AND 0\.0\.0\.0 IS MORE THAN THIS MACHINE/g) ?? [];
    expect(warnings).toHaveLength(times);
    process.kill(server.pid, 'SIGTERM');
    expect(await server.exited).toBe(0);
  });
});
