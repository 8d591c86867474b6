import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

describe('a proxy that is bad', () => {
  let echo: Server;
  let proxy: TcpProxy;
  beforeAll(async () => {
    echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const address = echo.address();
    proxy = await startTcpProxy(typeof address === 'object' && address !== null ? address.port : 0);
  });
  afterAll(async () => {
    await proxy.close();
    echo.close();
  });

  /** All that comes back of a text until it is as long, or the connection has broken. */
  const echoed = (text: string) =>
    new Promise<string>((resolve) => {
      let answer = '';
      const socket = connect(proxy.port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (data) => {
        answer += data;
        if (answer.length >= text.length) socket.destroy();
      });
      socket.on('error', () => {}).on('close', () => resolve(answer));
    });

  it('hands on what it gets', async () => {
    expect(await echoed('hello')).toBe('hello');
  });

  it('does so later', async () => {
    proxy.delay(150);
    const begun = performance.now();
    expect(await echoed('hello')).toBe('hello');
    expect(performance.now() - begun).toBeGreaterThan(140);
    proxy.delay(0);
  });

  it('breaks after so many bytes', async () => {
    proxy.breakAfter(3);
    expect(await echoed('hello')).toBe('hel');
    proxy.breakAfter(undefined);
    expect(await echoed('hello')).toBe('hello');
  });

  it('is cut, and mended', async () => {
    proxy.cut();
    expect(await echoed('hello')).toBe('');
    proxy.mend();
    expect(await echoed('hello')).toBe('hello');
  });
});
