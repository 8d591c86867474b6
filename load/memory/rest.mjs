// How much memory the server still has some seconds after a burst, beside what it had before.
import { JSON_TYPE, jsonBody, randomQkv, SAFETENSORS, safetensorsBody } from '../bodies.mjs';
import { poster } from '../post.mjs';
import { progress } from '../progress.mjs';
import { startSpotlight } from '../server.mjs';
import { naturalTexts } from '../texts.mjs';
import { megabytes } from './resident.mjs';

const AT_ONCE = 8;
const MIB = 2 ** 20;
/** What nobody has needed for ten seconds is let go. */
const REST_S = 15;

/** Large requests of a kind: what V8's heaps of the threads, shared memory and the allocator keep differs. */
function bursts() {
  const { query, key, value } = randomQkv({ heads: 8, length: 2048, dim: 64 });
  const text = JSON.stringify({ text: naturalTexts(3 * MIB)['English prose'] });
  const words = naturalTexts(3000)['English prose'];
  const large = safetensorsBody({ query, key, value }, [8, 2048, 64]);
  return {
    'large texts': [{ path: '/tokenize', type: JSON_TYPE, body: Buffer.from(text), times: 4 }],
    'mixed load': [
      { path: '/attention', type: JSON_TYPE, body: jsonBody(8, 4), times: 500 },
      { path: '/attention', type: JSON_TYPE, body: jsonBody(4096, 64), times: 4 },
      { path: '/attention', type: SAFETENSORS, body: large, times: 8 },
      { path: '/attention/text', type: JSON_TYPE, body: Buffer.from(JSON.stringify({ text: words })), times: 4 },
      { path: '/tokenize', type: JSON_TYPE, body: Buffer.from(JSON.stringify({ text: words })), times: 20 },
    ],
  };
}

/** Each kind of burst on a server of its own. */
export async function rest({ env = {} } = {}) {
  const results = [];
  for (const [title, requests] of Object.entries(bursts())) {
    progress(`memory: rest after ${title}`);
    results.push({ title, ...(await restAfter(requests, env)) });
  }
  return results;
}

async function restAfter(requests, env) {
  const server = await startSpotlight(env);
  const client = poster(server);
  try {
    const small = jsonBody(8, 4);
    for (let i = 0; i < 300; i++) await ask(client, { path: '/attention', type: JSON_TYPE, body: small });
    await seconds(1);
    const before = megabytes(server.pid, 'VmRSS');
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const request of requests) for (let i = 0; i < request.times; i++) await ask(client, request);
      }),
    );
    const peak = megabytes(server.pid, 'VmHWM');
    const after = [];
    for (let i = 0; i < REST_S; i++) {
      await seconds(1);
      after.push(megabytes(server.pid, 'VmRSS'));
    }
    return { before, peak, after, kept: after.at(-1) - before };
  } finally {
    client.close();
    await server.stop();
  }
}

async function ask({ post }, { path, type, body }) {
  const { status, body: answer } = await post(path, type, body);
  if (status !== 200 && status !== 503)
    throw new Error(`${path} answers ${status}: ${answer.toString('utf8', 0, 300)}`);
}

const seconds = (s) => new Promise((resolve) => setTimeout(resolve, 1000 * s));
