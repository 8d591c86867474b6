import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EchoPool, serve } from '../serving.ts';

const QUESTION = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';

/** A connection, and what it says to a question: the status line, or nothing when it is closed in its place. */
function dialed(port: number): { socket: Socket; answer: Promise<string> } {
  const socket = connect(port, '127.0.0.1', () => socket.write(QUESTION));
  onTestFinished(() => void socket.destroy());
  const answer = new Promise<string>((resolve) => {
    socket.once('data', (data) => resolve(String(data).split('\r\n')[0]));
    socket.on('error', () => {}).once('close', () => resolve(''));
  });
  return { socket, answer };
}

describe('MAX_CONNECTIONS', () => {
  it('refuses a connection beyond it, and takes one when another has gone', async () => {
    const { app, port } = await serve({ maxConnections: 2 }, new EchoPool());
    onTestFinished(() => app.close());
    const first = dialed(port);
    const second = dialed(port);
    expect([await first.answer, await second.answer]).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK']);
    expect(await dialed(port).answer).toBe('');

    first.socket.end();
    await expect.poll(() => dialed(port).answer).toBe('HTTP/1.1 200 OK');
  });
});
