import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../http/serving.ts';
import { dial, problem } from './dial.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent', workers: 2 });
});
afterAll(() => serving.app.close());

/** The same points at every run (a linear congruential generator). */
function points(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a viewer whose connection is killed', () => {
  it.each(['json', 'binary'] as const)(
    '200 times gets every step exactly once, in %s',
    { timeout: 120_000 },
    async (encoding) => {
      const next = points();
      const seen: number[] = [];
      let client = await dial(serving.url, { encoding });
      client.send({ type: 'start', id: 'a', request: problem(4, 64, 8), detail: 'row', credits: 1_000_000 });
      const { run, plan } = await client.first('started');
      expect(plan.steps).toBeGreaterThan(1000);
      for (let kill = 0; kill < 200; kill++) {
        // At a random number of steps, or in the middle of the next one.
        const enough = Math.floor((next() * plan.steps) / 100);
        const taken = await client.until(() => {
          const steps = encoding === 'json' ? client.steps.map(({ seq }) => seq) : client.frames.map(({ seq }) => seq);
          return (steps.length >= enough || client.of('done').length > 0) && steps;
        });
        client.socket.terminate();
        seen.push(...taken);
        client = await dial(serving.url, { encoding });
        client.send({ type: 'watch', id: 'a', run, after: seen.at(-1) ?? 0, credits: 1_000_000 });
        await client.first('started');
      }
      await client.first('done');
      seen.push(...(encoding === 'json' ? client.steps : client.frames).map(({ seq }) => seq));
      expect(seen).toEqual(Array.from({ length: plan.steps }, (_, i) => i + 1));
      client.socket.close();
    },
  );

  it('while the run is still computed goes on all the same', { timeout: 120_000 }, async () => {
    const next = points();
    const seen: number[] = [];
    let client = await dial(serving.url);
    // Long enough that the first kills come before its softmax is there: the reference computes it.
    const request = { ...problem(4, 256, 32), precision: 'float64' };
    client.send({ type: 'start', id: 'a', request, detail: 'head', credits: 1_000_000 });
    const { run, plan } = await client.first('started');
    for (let kill = 0; kill < 20; kill++) {
      await new Promise((resolve) => setTimeout(resolve, next() * 20));
      client.socket.terminate();
      await client.closed;
      seen.push(...client.steps.map(({ seq }) => seq));
      client = await dial(serving.url);
      client.send({ type: 'watch', id: 'a', run, after: seen.at(-1) ?? 0, credits: 1_000_000 });
      await client.first('started');
    }
    await client.first('done');
    seen.push(...client.steps.map(({ seq }) => seq));
    expect(seen).toEqual(Array.from({ length: plan.steps }, (_, i) => i + 1));
    client.socket.close();
  });
});
