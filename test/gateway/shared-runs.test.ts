/** Three replicas that share a real Redis, behind nginx: what viewers see while replicas are killed one after another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SpotlightClient } from '../../client/src/client.ts';
import { post } from '../http/serving.ts';
import { hasRedis, type RedisServer, startRedis } from '../redis/redis-server.ts';
import { untilSharing } from '../redis/sharing.ts';
import { freePort, type RunningServer, startServer } from '../server.ts';
import { DEPLOYED, hasNginx, type RunningNginx, startNginx } from './nginx.ts';

const RETRIES = { attempts: 1000, baseMs: 50, maxMs: 500 };
const VIEWERS = 100;
const RUNS = 10;
/** A replica is killed so often, for so long; `ANYWHERE_MS=30000` takes the time that is promised. */
const KILL_EVERY_MS = 3000;
const LENGTH_MS = Number(process.env.ANYWHERE_MS ?? 10_000);
const ROWS = 80;

/** Any of three replicas for each connection, where a client stays with one otherwise. */
const ANY_OF_THREE = DEPLOYED.replaceAll(
  'server spotlight-2:8080 max_fails=0;',
  'server spotlight-2:8080 max_fails=0; server spotlight-3:8080 max_fails=0;',
).replace('hash $remote_addr consistent;', 'random;');

const rows = (seed: number) =>
  Array.from({ length: ROWS }, (_, i) => Array.from({ length: 8 }, (_, j) => ((i * 7 + j + seed) % 13) / 13));
const requestOf = (seed: number) => ({ query: rows(seed), key: rows(seed + 1), value: rows(seed + 2) });
const upTo = (steps: number) => Array.from({ length: steps }, (_, i) => i + 1);

describe.skipIf(!hasNginx || !hasRedis)('runs of three replicas behind nginx', () => {
  let redis: RedisServer;
  let nginx: RunningNginx;
  let ports: string[];
  let replicas: RunningServer[];

  const startReplica = (port: string) =>
    startServer({ WORKERS: '1', LOG_LEVEL: 'warn', TRUST_PROXY: 'loopback', REDIS_URL: redis.url, PORT: port });

  beforeAll(async () => {
    redis = await startRedis();
    ports = await Promise.all([freePort(), freePort(), freePort()]);
    replicas = await Promise.all(ports.map(startReplica));
    for (const { url } of replicas) await untilSharing(url, 'redis');
    nginx = await startNginx({ replicas: replicas.map(({ url }) => url), template: ANY_OF_THREE });
  });

  afterAll(async () => {
    await nginx?.stop();
    await Promise.all((replicas ?? []).map((replica) => replica.kill()));
    await redis?.close();
  });

  it('are seen whole by all viewers, in order, while one replica after another is killed', {
    timeout: LENGTH_MS * 4 + 60_000,
  }, async () => {
    const runs = await Promise.all(
      Array.from({ length: RUNS }, async (_, seed) => {
        const body = JSON.stringify({ request: { kind: 'attention', ...requestOf(seed) }, detail: 'row' });
        const started = (await (await post(`${nginx.url}/runs`, body)).json()) as {
          run: string;
          plan: { steps: number };
        };
        const answer = await post(`${nginx.url}/attention`, JSON.stringify(requestOf(seed)));
        const { output } = (await answer.json()) as { output: number[][] };
        return { ...started, output };
      }),
    );
    const client = new SpotlightClient({ baseUrl: nginx.url, WebSocket, retries: RETRIES });
    const watchAll = async (i: number) => {
      const { run, plan, output } = runs[i % RUNS];
      const seqs: number[] = [];
      const z: number[] = [];
      const pauseMs = LENGTH_MS / plan.steps;
      for await (const step of client.watch(run, { window: 4 })) {
        seqs.push(step.seq);
        if (step.name === 'z') z.push(...[step.data].flat(2).map(Number));
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      expect(seqs).toEqual(upTo(plan.steps));
      expect(z).toEqual(output.flat());
    };
    let isOver = false;
    let kills = 0;
    const killing = (async () => {
      for (let i = 0; !isOver; i = (i + 1) % replicas.length) {
        await new Promise((resolve) => setTimeout(resolve, KILL_EVERY_MS));
        if (isOver) return;
        await replicas[i].kill();
        kills++;
        replicas[i] = await startReplica(ports[i]);
      }
    })();
    try {
      await Promise.all(Array.from({ length: VIEWERS }, (_, i) => watchAll(i)));
    } finally {
      isOver = true;
      await killing;
    }
    expect(kills).toBeGreaterThan(0);
  });
});
