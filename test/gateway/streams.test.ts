/** Runs and their steps through nginx as deploy/nginx sets it, while replicas restart or are killed: what their viewers see. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SpotlightClient } from '../../client/src/client.ts';
import { post } from '../http/serving.ts';
import { freePort, type RunningServer, startServer } from '../server.ts';
import { load } from './load.ts';
import { hasNginx, type RunningNginx, startNginx } from './nginx.ts';

const ENV = { WORKERS: '1', DRAIN_MS: '1000', LOG_LEVEL: 'warn', TRUST_PROXY: 'loopback' };
const RETRIES = { attempts: 1000, baseMs: 50, maxMs: 200 };

const rows = (length: number) =>
  Array.from({ length }, (_, i) => Array.from({ length: 8 }, (_, j) => ((i * 7 + j) % 13) / 13));
const request = { kind: 'attention', query: rows(60), key: rows(60), value: rows(60) } as const;
const upTo = (steps: number) => Array.from({ length: steps }, (_, i) => i + 1);

/** Connections that are cut as networks cut them, again and again. */
function cutting() {
  const open = new Set<WebSocket>();
  class Cut extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      open.add(this);
    }
  }
  const cut = () => {
    for (const socket of open) socket.terminate();
    open.clear();
  };
  return { WebSocket: Cut, cut };
}

/** What a reader of events has seen; as EventSource it comes back behind the last of them, until there is nothing for it. */
class Events {
  readonly seqs: number[] = [];
  #last = '';
  #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Reads `most` steps at most, and leaves; the status of the answer. */
  async read(most = Number.POSITIVE_INFINITY): Promise<number> {
    const headers = this.#last === '' ? undefined : { 'last-event-id': this.#last };
    const answer = await fetch(this.#url, { headers });
    let text = '';
    let read = 0;
    if (answer.status !== 200) return answer.status;
    for await (const bytes of answer.body ?? []) {
      text += Buffer.from(bytes).toString('latin1');
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const id = /^id: (\S+)$/m.exec(block)?.[1];
        const event = /^event: (\w+)$/m.exec(block)?.[1];
        if (id !== undefined) this.#last = id;
        if (event !== 'step') continue;
        this.seqs.push(Number(id));
        // To leave the loop is to close the connection.
        if (++read >= most) return 200;
      }
    }
    return 200;
  }
}

describe.skipIf(!hasNginx)('runs behind nginx', () => {
  let ports: string[];
  let replicas: RunningServer[];
  let nginx: RunningNginx;
  beforeEach(async () => {
    ports = await Promise.all([freePort(), freePort()]);
    replicas = await Promise.all(ports.map((port) => startServer({ ...ENV, PORT: port })));
    nginx = await startNginx({ replicas: replicas.map(({ url }) => url) });
  });
  afterEach(async () => {
    await nginx.stop();
    await Promise.all(replicas.map((replica) => replica.kill()));
  });

  const restart = async (i: number) => {
    expect(await replicas[i].stop()).toBe(0);
    replicas[i] = await startServer({ ...ENV, PORT: ports[i] });
  };
  const startRun = async () => {
    const answer = await post(`${nginx.url}/runs`, JSON.stringify({ request, detail: 'row' }));
    expect(answer.status).toBe(201);
    return (await answer.json()) as { run: string; plan: { steps: number } };
  };
  /** Which of the replicas has a run, and which has not. */
  const placesOf = async (run: string): Promise<[here: number, elsewhere: number]> => {
    const statuses = await Promise.all(replicas.map(async ({ url }) => (await fetch(`${url}/runs/${run}`)).status));
    expect(statuses.toSorted()).toEqual([200, 404]);
    return statuses[0] === 200 ? [0, 1] : [1, 0];
  };

  it('are seen whole, without gap or repeat, while the other replica restarts and connections are cut', async () => {
    const { run, plan } = await startRun();
    const [, elsewhere] = await placesOf(run);
    const { WebSocket, cut } = cutting();
    const stream = new SpotlightClient({ baseUrl: nginx.url, WebSocket, retries: RETRIES }).watch(run, { window: 2 });
    const events = new Events(`${nginx.url}/runs/${run}/events`);
    const seen: number[] = [];
    const steps = stream[Symbol.asyncIterator]();
    const watch = async (most: number) => {
      while (seen.length < most) seen.push((await steps.next()).value?.seq ?? 0);
    };
    await watch(5);
    expect(await events.read(5)).toBe(200);
    const restarted = restart(elsewhere);
    for (let at = 10; at <= 40; at += 10) {
      cut();
      await watch(at);
      expect(await events.read(10)).toBe(200);
    }
    await restarted;
    cut();
    await watch(plan.steps);
    expect((await steps.next()).done).toBe(true);
    expect(await events.read()).toBe(200);
    expect(seen).toEqual(upTo(plan.steps));
    expect(events.seqs).toEqual(upTo(plan.steps));
    expect(await events.read()).toBe(204);
  });

  it('are gone with their replica: viewers hear it, and whoever began one by a stream has it begun again', async () => {
    const { run } = await startRun();
    const [here] = await placesOf(run);
    const client = new SpotlightClient({ baseUrl: nginx.url, WebSocket, retries: RETRIES });
    const watched = client.watch(run, { window: 2 })[Symbol.asyncIterator]();
    expect((await watched.next()).value?.seq).toBe(1);
    const events = new Events(`${nginx.url}/runs/${run}/events`);
    expect(await events.read(5)).toBe(200);
    const own = client.stream(request, { detail: 'row', window: 2 });
    const { plan } = await own.started;
    const seen: number[] = [];
    const follow = (async () => {
      for await (const step of own) seen.push(step.seq);
    })();
    await expect.poll(() => seen.length).toBeGreaterThan(0);

    await restart(here);
    const rest = (async () => {
      while (!(await watched.next()).done);
    })();
    await expect(rest).rejects.toMatchObject({ status: 404, code: 'run_not_found' });
    expect(await events.read()).toBe(404);
    await follow;
    expect(seen).toEqual(upTo(plan.steps));
  });

  it('and requests, when a replica is killed, lose only what it was computing', async () => {
    const { counts, open, begun, stop } = load(nginx.port);
    await expect.poll(() => counts['200'] ?? 0).toBeGreaterThan(50);
    const onTheirWay = new Set(open);
    const from = begun.length;
    await replicas[0].kill();
    for (const asked of begun.slice(from)) onTheirWay.add(asked);
    const before = counts['200'] ?? 0;
    await expect.poll(() => counts['200'] - before).toBeGreaterThan(50);
    replicas[0] = await startServer({ ...ENV, PORT: ports[0] });
    const again = counts['200'];
    await expect.poll(() => counts['200'] - again).toBeGreaterThan(50);
    await stop();
    const { '200': _, ...lost } = counts;
    const failed = Object.values(lost).reduce((sum, count) => sum + count, 0);
    const ofThese = [...onTheirWay].filter(({ came }) => came !== '200').length;
    expect(failed, JSON.stringify(counts)).toBe(ofThese);
  });
});
