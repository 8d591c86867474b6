// One request on several cores: the same 8×2048×64, one at a time, on a server with one worker and on one with two.
import { availableParallelism } from 'node:os';
import { median } from '../figures.mjs';
import { postAttention, poster } from '../post.mjs';
import { progress } from '../progress.mjs';
import { startSpotlight } from '../server.mjs';
import { askOnce, binaryScenario } from './scenarios.mjs';

const WARM_UP = 3;

/**
 * Requests alternate between the two servers; each ratio is of two requests that followed each other.
 * @returns {Promise<{ title: string, kernel: string, oneMs: number, twoMs: number, ratio: number, pairs: number } | undefined>}
 *   `undefined` on a machine with one core
 */
export async function spread({ choice, name }, { pairs }) {
  if (availableParallelism() < 2) {
    console.log('skipped: two workers against one, as there is one core');
    return undefined;
  }
  const scenario = binaryScenario('spread', { heads: 8, length: 2048, dim: 64 });
  const asked = scenario.asked('spotlight');
  const servers = [];
  try {
    for (const workers of ['1', '2']) servers.push(await startSpotlight({ WORKERS: workers, KERNEL: choice }));
    const sides = servers.map((server) => ({ server, client: poster(server), times: [] }));
    for (const { server } of sides) {
      for (let run = 0; run < WARM_UP; run++) await askOnce(server.url, asked);
    }
    for (let pair = 0; pair < pairs; pair++) {
      progress(`two workers against one: pair ${pair + 1} of ${pairs}`);
      // The order changes from pair to pair.
      for (const { client, times } of pair % 2 === 0 ? sides : sides.toReversed()) {
        times.push((await postAttention(client, asked.type, asked.body)).ms);
      }
    }
    for (const { client } of sides) client.close();
    const [one, two] = sides.map(({ times }) => times);
    return {
      title: scenario.title,
      kernel: name,
      oneMs: median(one),
      twoMs: median(two),
      ratio: median(one.map((ms, pair) => ms / two[pair])),
      pairs,
      one,
      two,
    };
  } finally {
    for (const server of servers) await server.stop();
  }
}
