import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lesson } from '../lesson.ts';
import { type RunningServer, startServer } from '../server.ts';
import { hasNginx, type RunningNginx, startNginx } from './nginx.ts';

describe.skipIf(!hasNginx)('two replicas behind nginx', () => {
  let replicas: RunningServer[];
  let nginx: RunningNginx;
  beforeAll(async () => {
    replicas = await Promise.all([startServer({ WORKERS: '1' }), startServer({ WORKERS: '1' })]);
    nginx = await startNginx({ replicas: replicas.map(({ url }) => url) });
  });
  afterAll(async () => {
    await nginx.stop();
    expect(await Promise.all(replicas.map((replica) => replica.stop()))).toEqual([0, 0]);
  });

  it('answer as one does', async () => {
    const ask = (url: string) =>
      fetch(`${url}/attention`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(lesson),
      }).then((answer) => answer.text());
    expect(await ask(nginx.url)).toBe(await ask(replicas[0].url));
  });
});
