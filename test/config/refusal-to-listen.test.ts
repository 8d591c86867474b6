import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { refusalToListen } from '../../src/config/refusal-to-listen.ts';
import { startProcess } from '../http/transport/process.ts';
import { listening } from '../listening.ts';

describe('a server that may not listen', () => {
  it.each([
    // RFC 6761 section 6.4 and RFC 5737: names and addresses that nobody has.
    [{ HOST: 'nowhere.invalid' }, /^HOST is "nowhere\.invalid", but (no host has this name|its address cannot be)/],
    [{ HOST: '192.0.2.1' }, /^HOST is "192\.0\.2\.1", but this machine has no such address: listen EADDRNOTAVAIL/],
    [{ HOST: '192.0.2.1', METRICS_PORT: '0' }, /^HOST is "192\.0\.2\.1", but this machine has no such address/],
  ])('with %o says in one line which variable to change', async (env, reason) => {
    const server = await startProcess({ LOG_LEVEL: 'silent', ...env });
    expect(await server.exited).toBe(1);
    expect(server.output()).toMatch(/^spotlight cannot start: [^\n]*\n$/);
    expect(server.output().slice('spotlight cannot start: '.length)).toMatch(reason);
  });

  it('because others listen there names the port', async () => {
    const other = createServer();
    const port = await listening(other);
    const server = await startProcess({ PORT: String(port), LOG_LEVEL: 'silent' });
    expect(await server.exited).toBe(1);
    expect(server.output()).toContain(
      `spotlight cannot start: PORT is ${port}, but something else listens there already: listen EADDRINUSE`,
    );
    other.close();
  });

  it('because of its rights names the port; what is no word of the system stays as it is', () => {
    const place = { host: '::', variable: 'PORT', port: 80 } as const;
    const denied = Object.assign(new Error('listen EACCES: permission denied :::80'), {
      code: 'EACCES',
      syscall: 'listen',
    });
    expect(String(refusalToListen(denied, place))).toContain('PORT is 80, but this user may not listen there');
    const bug = new Error('a bug');
    expect(refusalToListen(bug, place)).toBe(bug);
  });
});
