import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { EchoPool, JSON_TYPE, post, serve, until } from '../serving.ts';

describe('the log', () => {
  it('has one line for a request, with all that an operator asks', async () => {
    const { app, url, lines } = await serve({}, new EchoPool());
    await (
      await post(`${url}/attention?stream=0`, '{"query":[1.25]}', {
        ...JSON_TYPE,
        'x-request-id': 'id-1',
        'user-agent': 'curl/8 "quoted"',
      })
    ).text();
    await until(() => lines.some(({ requestId }) => requestId === 'id-1'));
    const own = lines.filter(({ requestId }) => requestId === 'id-1');
    expect(own).toHaveLength(1);
    expect(own[0]).toMatchObject({
      level: 30,
      client: '127.0.0.1',
      http: '1.1',
      userAgent: 'curl/8 "quoted"',
      method: 'POST',
      route: '/attention',
      status: 200,
      ms: expect.any(Number),
      bytesIn: 16,
      bytesOut: 16,
      timings: { decode: 1.235, queue: 0, compute: 2, encode: 0.5 },
    });
    await app.close();
  });

  it('says why a request was refused', async () => {
    const { app, url, lines } = await serve({}, new EchoPool());
    await post(`${url}/attention`, '{}', { 'content-type': 'text/html' });
    await until(() => lines.some(({ status }) => status === 415));
    expect(lines.find(({ status }) => status === 415)).toMatchObject({
      code: 'unsupported_media_type',
      route: '/attention',
    });
    await app.close();
  });

  it('has a bounded part of what a client calls itself', async () => {
    const { app, url, lines } = await serve({}, new EchoPool());
    for (const path of ['/attention', '/nowhere'])
      await post(url + path, '{}', { ...JSON_TYPE, 'user-agent': 'a'.repeat(10_000) });
    await until(() => lines.filter(({ status }) => status !== undefined).length === 2);
    for (const { userAgent } of lines.filter(({ status }) => status !== undefined))
      expect(userAgent).toBe(`${'a'.repeat(256)}…`);
    await app.close();
  });

  it('leaves probes to the level debug', async () => {
    const quiet = await serve({ logLevel: 'info' }, new EchoPool());
    const verbose = await serve({ logLevel: 'debug' }, new EchoPool());
    for (const { url } of [quiet, verbose])
      for (const path of ['/health/live', '/health/ready', '/info']) await fetch(url + path);
    await until(() => [quiet, verbose].every(({ lines }) => lines.some(({ route }) => route === '/info')));
    expect(quiet.lines.filter(({ route }) => String(route).startsWith('/health'))).toEqual([]);
    expect(
      verbose.lines.filter(({ route, level }) => String(route).startsWith('/health') && level === 20),
    ).toHaveLength(2);
    await quiet.app.close();
    await verbose.app.close();
  });

  it('hides credentials should a header ever be logged', async () => {
    const script = `
      const { buildApp } = await import('./dist/app.js');
      const { readConfig } = await import('./dist/config/config.js');
      const app = await buildApp(readConfig({ WORKERS: '1' }));
      app.log.info({ headers: { authorization: 'secret', cookie: 'secret', host: 'x' }, req: { headers: { authorization: 'secret' } } }, 'odd');
      await app.close();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    let text = '';
    child.stdout.on('data', (data) => (text += data));
    await once(child, 'close');
    expect(text).toContain('"host":"x"');
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('secret');
  });
});
