// The memory that one long causal attention adds to the server, where the score matrix alone would need 17 GB.
import { JSON_TYPE, jsonBody, randomQkv, readSafetensors, SAFETENSORS, safetensorsBody } from '../bodies.mjs';
import { median } from '../figures.mjs';
import { largestDifference, plainRow } from '../plain.mjs';
import { postAttention, poster } from '../post.mjs';
import { progress } from '../progress.mjs';
import { startSpotlight } from '../server.mjs';
import { megabytes, watchMemory } from './resident.mjs';

const DIM = 64;
const SAMPLE_MS = 20;
const WARM_UP = 300;
/** Float32 sums over 65,536 keys. */
const TOLERANCE = 1e-5;

/** 1×`length`×64 causal, `times` one after another, on a server of its own; every answer is checked. */
export async function longRequest({ length, times }) {
  const server = await startSpotlight({ DEADLINE_MS: '900000' });
  const client = poster(server);
  try {
    const small = jsonBody(8, 4);
    for (let i = 0; i < WARM_UP; i++) await postAttention(client, JSON_TYPE, small);
    const { query, key, value } = randomQkv({ heads: 1, length, dim: DIM });
    const body = safetensorsBody({ query, key, value }, [1, length, DIM], { is_causal: 'true' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const idle = megabytes(server.pid, 'VmRSS');
    const runs = [];
    for (let time = 0; time < times; time++) {
      progress(`memory: 1×${length}×${DIM} causal, ${time + 1} of ${times}`);
      const memory = watchMemory(server.pid, SAMPLE_MS);
      const answer = await postAttention(client, SAFETENSORS, body);
      const { samples, peak } = memory.stop();
      const error = errorOf(answer.body, { q: query, k: key, v: value, keys: length, dim: DIM, causal: true });
      runs.push({ peak, usual: median(samples.map(({ mb }) => mb)), added: peak - idle, ms: answer.ms, error });
    }
    return { title: `1×${length}×${DIM} causal`, idle, bodyMb: body.length / 1e6, runs };
  } finally {
    client.close();
    await server.stop();
  }
}

/** The largest difference of 7 rows to the plain formula. */
function errorOf(body, head) {
  const { shape, data } = readSafetensors(body).output;
  if (shape.join() !== `1,${head.keys},${DIM}`) throw new Error(`output has shape ${shape}`);
  let worst = 0;
  for (const row of [0, 1, 191, 192, head.keys >> 1, head.keys - 2, head.keys - 1]) {
    worst = Math.max(worst, largestDifference(data.subarray(row * DIM, (row + 1) * DIM), plainRow(head, row)));
  }
  if (!(worst < TOLERANCE)) throw new Error(`rows differ by ${worst} from the plain formula in float64`);
  return worst;
}
