// The memory that many requests at once add to the server.
import { JSON_TYPE, jsonBody } from '../bodies.mjs';
import { binaryScenario } from '../http/scenarios.mjs';
import { postAttention, poster } from '../post.mjs';
import { progress } from '../progress.mjs';
import { startSpotlight } from '../server.mjs';
import { megabytes, watchMemory } from './resident.mjs';

const AT_ONCE = 64;
const SHAPE = { heads: 8, length: 512, dim: 64 };
/** Query, key, value and output. */
const TENSOR_MB = (AT_ONCE * 4 * SHAPE.heads * SHAPE.length * SHAPE.dim * 4) / 1e6;
const SAMPLE_MS = 5;
const WARM_UP = 300;
const REST_MS = 500;

/** Memory that is kept from one burst to the next shows after a few. */
export const BURSTS = 5;

/** 64 requests of 8×512×64 at once, `times` one after another, on a server of its own; every answer is checked. */
export async function burst({ times }) {
  const server = await startSpotlight();
  const client = poster(server);
  try {
    const small = jsonBody(8, 4);
    for (let i = 0; i < WARM_UP; i++) await postAttention(client, JSON_TYPE, small);
    const asked = binaryScenario('burst', SHAPE).asked('spotlight');
    await rest();
    const idle = megabytes(server.pid, 'VmRSS');
    const runs = [];
    for (let time = 0; time < times; time++) {
      progress(`memory: ${AT_ONCE} requests at once, ${time + 1} of ${times}`);
      const memory = watchMemory(server.pid, SAMPLE_MS);
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => postAttention(client, asked.type, asked.body)),
      );
      const { samples, peak } = memory.stop();
      for (const { body } of answers) asked.check(body);
      runs.push({ peak, added: peak - idle, times: (peak - idle) / TENSOR_MB, samples });
      await rest();
    }
    return {
      title: `${AT_ONCE} × ${SHAPE.heads}×${SHAPE.length}×${SHAPE.dim} at once`,
      idle,
      tensorMb: TENSOR_MB,
      after: megabytes(server.pid, 'VmRSS'),
      worst: Math.max(...runs.map((run) => run.times)),
      runs,
    };
  } finally {
    client.close();
    await server.stop();
  }
}

function rest() {
  return new Promise((resolve) => setTimeout(resolve, REST_MS));
}
