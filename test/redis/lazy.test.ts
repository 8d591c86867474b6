import { describe, expect, it } from 'vitest';
import { startServer } from '../server.ts';
import { hasRedis, startRedis } from './redis-server.ts';

/** Has a server say at its end which of the packages of sharing it has loaded; they are CommonJS. */
const SAYING = `data:text/javascript,${encodeURIComponent(`
import Module from 'node:module';
process.on('exit', () => {
  const names = Object.keys(Module._cache).map((path) => /node_modules.(ioredis|bullmq|rate-limiter-flexible)./.exec(path)?.[1]);
  console.error('loaded: ' + [...new Set(names)].filter(Boolean).sort().join(' ') + ';');
});
`)}`;
const env = { NODE_OPTIONS: `--import=${SAYING}` };

describe('the packages of sharing', () => {
  it('are not loaded by a server without REDIS_URL, not even for a job', async () => {
    const server = await startServer(env);
    const answer = await fetch(`${server.url}/jobs?route=/attention`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query": [[1]], "key": [[1]], "value": [[1]]}',
    });
    expect(answer.status).toBe(202);
    await server.stop();
    expect(server.log()).toContain('loaded: ;');
  });

  it.skipIf(!hasRedis)('are loaded by one with it', async () => {
    const redis = await startRedis();
    const server = await startServer({ ...env, REDIS_URL: redis.url });
    await server.stop();
    await redis.close();
    expect(server.log()).toMatch(/loaded: bullmq ioredis\b/);
  });
});
