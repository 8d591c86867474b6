// Whether the server grows with the number of requests that it has answered.
import autocannon from 'autocannon';
import { JSON_TYPE, jsonBody, randomQkv, SAFETENSORS, safetensorsBody } from '../bodies.mjs';
import { median } from '../figures.mjs';
import { progress } from '../progress.mjs';
import { MOST_GROWN_MB } from '../promises.mjs';
import { startSpotlight } from '../server.mjs';
import { watchMemory } from './resident.mjs';

/**
 * The heaps of all threads grow for a while until they have found their size, and then stop; a leak never stops. So the
 * requests that count are the first that show no growth, and there is none when these many have not shown it.
 */
const MOST_TIMES = 5;
const SAMPLE_MS = 100;
const CONNECTIONS = 8;
/** Bounds a block of requests: beyond this it has failed. */
const MOST_SECONDS = 300;

/**
 * Blocks of half of `requests`, until the last two together have not grown: answered on the HTTP thread, on a worker, in JSON
 * and in safetensors, and one in five refused for a fault.
 * @returns `levels` in MB after each block; `grown` from before the last two blocks to after them
 */
export async function growth({ requests }) {
  const server = await startSpotlight();
  try {
    const mixed = mixedRequests();
    const block = Math.round(requests / 2);
    const levels = [];
    const samples = [];
    let peak = 0;
    const grown = () => (levels.length < 3 ? Number.POSITIVE_INFINITY : levels.at(-1) - levels.at(-3));
    while (grown() >= MOST_GROWN_MB && levels.length <= 2 * MOST_TIMES) {
      const memory = watchMemory(server.pid, SAMPLE_MS);
      const statuses = await send(server, mixed, block, `block ${levels.length + 1}`);
      const watched = memory.stop();
      checkStatuses(statuses, mixed, block);
      const last = watched.samples.slice(-Math.max(1, Math.floor(watched.samples.length / 5)));
      levels.push(median(last.map(({ mb }) => mb)));
      peak = Math.max(peak, watched.peak);
      const from = levels.length - 1;
      const longest = watched.samples.at(-1).ms;
      // The rate is even enough within a block to tell how many were answered when.
      samples.push(...watched.samples.map(({ ms, mb }) => ({ requests: block * (from + ms / longest), mb })));
    }
    return { requests, sent: block * levels.length, levels, grown: grown(), peak, samples };
  } finally {
    await server.stop();
  }
}

function checkStatuses(statuses, mixed, sent) {
  const wanted = mixed.filter(({ status }) => status === 200).length / mixed.length;
  const right = (statuses.get(200) ?? 0) / sent;
  // Connections end somewhere in the mix, so the shares are not exact.
  if (statuses.size !== 2 || !statuses.has(422) || Math.abs(right - wanted) > 0.01) {
    throw new Error(`expected ${wanted} of the answers to be 200 and the others 422, got ${[...statuses].join('; ')}`);
  }
}

function mixedRequests() {
  const binary = safetensorsBody(randomQkv({ heads: 2, length: 32, dim: 16 }), [2, 32, 16]);
  const faulty = Buffer.from(JSON.stringify({ query: [[1, 2]], key: [[1, 2, 3]], value: [[1]] }));
  return [
    { type: JSON_TYPE, body: jsonBody(8, 4), status: 200 },
    { type: SAFETENSORS, body: binary, status: 200 },
    { type: JSON_TYPE, body: jsonBody(3, 2), status: 200 },
    { type: JSON_TYPE, body: jsonBody(32, 16), status: 200 },
    { type: JSON_TYPE, body: faulty, status: 422 },
  ];
}

/** @returns how many answers had which status */
async function send({ url }, mixed, amount, what) {
  const statuses = new Map();
  let answered = 0;
  const instance = autocannon({
    url: `${url}/attention`,
    connections: CONNECTIONS,
    amount,
    timeout: 30,
    requests: mixed.map(({ type, body }) => ({ method: 'POST', headers: { 'content-type': type }, body })),
  });
  const late = setTimeout(() => instance.stop(), MOST_SECONDS * 1000);
  instance.on('response', (_client, status) => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (++answered % 1000 === 0) progress(`memory: ${what}, ${answered} of ${amount}`);
  });
  await instance;
  clearTimeout(late);
  if (answered < amount) throw new Error(`${answered} of ${amount} requests were answered within ${MOST_SECONDS} s`);
  return statuses;
}
