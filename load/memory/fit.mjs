// Whether the server keeps to the memory that it is given, whatever is asked of it at once.
import { JSON_TYPE, jsonBody, randomQkv, SAFETENSORS, safetensorsBody } from '../bodies.mjs';
import { poster } from '../post.mjs';
import { progress } from '../progress.mjs';
import { startSpotlight } from '../server.mjs';
import { naturalTexts } from '../texts.mjs';
import { megabytes, watchMemory } from './resident.mjs';

const MIB = 2 ** 20;
const AT_ONCE = 32;
const SAMPLE_MS = 20;
/** Answered, refused for now, or too late among so many. */
const EXPECTED = [200, 503, 504];

/**
 * Requests as large as the limits let in, of every kind: large bodies, small bodies with large answers, both in JSON, long texts.
 * @param limits as /info tells them
 */
function largest({ max_body_bytes: bodyBytes, max_output_bytes: outputBytes }) {
  // query, key and value; weights of one head are length².
  const rows = Math.floor((0.9 * bodyBytes) / (3 * 64 * 4));
  const long = randomQkv({ heads: 1, length: rows, dim: 64 });
  const length = Math.floor(Math.sqrt((0.9 * outputBytes) / 4));
  const wide = randomQkv({ heads: 1, length, dim: 1 });
  const weights = { ...JSON.parse(jsonBody(length, 1)), need_weights: true };
  const text = naturalTexts(Math.min(4 * MIB - 1024, 0.5 * bodyBytes, outputBytes / 40))['English prose'];
  return [
    { type: SAFETENSORS, body: safetensorsBody(long, [1, rows, 64], { window: '{"left":16,"right":16}' }) },
    { type: SAFETENSORS, body: safetensorsBody(wide, [1, length, 1], { need_weights: 'true' }) },
    { type: JSON_TYPE, body: Buffer.from(JSON.stringify(weights)) },
    { type: JSON_TYPE, body: jsonBody(Math.floor((0.9 * bodyBytes) / (3 * 64 * 10)), 64) },
    { path: '/tokenize', type: JSON_TYPE, body: Buffer.from(JSON.stringify({ text })) },
  ];
}

/**
 * Some times over, `AT_ONCE` of the largest requests that the limits let in.
 * @returns what the server had at most, in MB, what became of the requests, and why
 */
export async function fit({ memoryBytes, workers, seconds = 20 }) {
  const server = await startSpotlight({ MEMORY_BYTES: String(memoryBytes), WORKERS: String(workers) });
  const client = poster(server);
  try {
    const { limits } = await (await fetch(`${server.url}/info`)).json();
    const requests = largest(limits);
    const idle = megabytes(server.pid, 'VmRSS');
    const watched = watchMemory(server.pid, SAMPLE_MS);
    const statuses = new Map();
    const end = performance.now() + 1000 * seconds;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, i) => {
        for (let time = i; performance.now() < end; time++) {
          const { path = '/attention', type, body } = requests[time % requests.length];
          const { status, body: answer } = await client.post(path, type, body);
          if (!EXPECTED.includes(status))
            throw new Error(`${path} answers ${status}: ${answer.toString('utf8', 0, 300)}`);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          progress(`memory: fit ${memoryBytes / MIB} MiB, ${[...statuses].join(' ')}`);
          // As Retry-After says.
          if (status === 503) await new Promise((resolve) => setTimeout(resolve, 1000));
        }
      }),
    );
    const { peak } = watched.stop();
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return { idle, peak, statuses: Object.fromEntries(statuses), ...told(metrics) };
  } finally {
    client.close();
    await server.stop();
  }
}

/** Which bounds were hit how often, and the longest delay of the event loop in seconds. */
function told(metrics) {
  const hits = [...metrics.matchAll(/^spotlight_limits_hit_total\{limit="(\w+)"\} (\d+)$/gm)];
  const delay = /^spotlight_event_loop_delay_seconds\{quantile="1"\} (\S+)$/m.exec(metrics)?.[1];
  return { hits: Object.fromEntries(hits.map(([, limit, times]) => [limit, Number(times)])), delay: Number(delay) };
}
