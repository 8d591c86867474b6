// Replicas that are killed one after another, each followed by a new one.
import { setTimeout as sleep } from 'node:timers/promises';
import { startSpotlight } from '../server.mjs';

/** How long an answer is waited for, and how long somebody asks again while nobody answers. */
const ANSWER_MS = 5000;
const PATIENCE_MS = 45_000;
const PAUSE_MS = 100;

export async function startReplicas(count, env) {
  const start = () => startSpotlight(env);
  /** Those that are there, in the order of their coming. */
  const all = await Promise.all(Array.from({ length: count }, start));
  const counts = { killed: 0, retried: 0 };
  /** Why clients asked again, and how often. */
  const why = new Map();
  let isOver = false;
  const starting = new Set();

  /**
   * Ends the one that is there for longest, as a machine that goes away does, and has another take its place, which takes some
   * seconds. The last one is spared: with nobody there it would be the clients' patience that is measured.
   */
  async function kill() {
    if (all.length < 2) return;
    const { pid, stop } = all.shift();
    process.kill(pid, 'SIGKILL');
    await stop();
    counts.killed++;
    const next = again().finally(() => starting.delete(next));
    starting.add(next);
  }

  /** One that finds no Redis may end; whoever runs replicas starts it again. */
  async function again() {
    while (!isOver) {
      try {
        all.push(await start());
        return;
      } catch (error) {
        process.stderr.write(`a replica did not start: ${error.message.slice(0, 300)}\n`);
        await sleep(PAUSE_MS);
      }
    }
  }

  /** Asks any of them, and asks again where the connection is lost or the answer is 503. */
  async function ask(path, init) {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const one = all[Math.floor(Math.random() * all.length)];
      let reason = 'no answer';
      try {
        const answer = await fetch(one.url + path, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
        const bytes = Buffer.from(await answer.arrayBuffer());
        if (answer.status !== 503 || performance.now() > end)
          return { status: answer.status, type: answer.headers.get('content-type') ?? '', bytes };
        reason = JSON.parse(bytes.toString()).code;
      } catch (error) {
        if (performance.now() > end) throw error;
      }
      counts.retried++;
      why.set(reason, (why.get(reason) ?? 0) + 1);
      await sleep(PAUSE_MS);
    }
  }

  async function stop() {
    isOver = true;
    await Promise.all(starting);
    await Promise.all(all.map((replica) => replica.stop()));
  }

  const allThere = async () => {
    await Promise.all(starting);
  };
  return { ask, kill, stop, allThere, counts, why };
}
