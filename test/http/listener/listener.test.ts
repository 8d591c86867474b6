import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { letListenerGo } from '../../../src/http/listener/listener.ts';
import { listening } from '../../listening.ts';
import { until } from '../serving.ts';

const ROUNDS = 8;
const crowd = fileURLToPath(new URL('crowd.mjs', import.meta.url));

describe('a listener that is let go of', () => {
  it('resets no connection that was made, however many come in that moment', {
    skip: process.platform !== 'linux',
  }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      let came = 0;
      const server = createServer((socket: Socket) => {
        came++;
        socket
          .on('error', () => {})
          .resume()
          .end('served');
      });
      const port = await listening(server);
      // Of another process, as gateways are: of this one none could come while it closes.
      const child = spawn(process.execPath, [crowd, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (data) => (said += data));
      await until(() => came > 20);

      await letListenerGo(server);
      server.close();
      await new Promise((resolve) => child.once('close', resolve));
      const { served, refused, lost } = JSON.parse(said);
      expect(served).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(0);
      expect(lost).toEqual([]);
    }
  });
});
