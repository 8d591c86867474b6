// Requests per second and latency of the service under autocannon, over bodies from tiny to large.
// With --peer the same beside Fastify + zod + onnxruntime-node, in interleaved rounds.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { JSON_TYPE, jsonBody, randomQkv, SAFETENSORS, safetensorsBody } from './bodies.mjs';
import { machine, median, printTable, quantile } from './figures.mjs';
import { kernelOf, startPeer, startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '8' },
    rounds: { type: 'string' },
    only: { type: 'string', default: '' },
    peer: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const connections = Number(values.connections);
const rounds = Number(values.rounds ?? (values.peer ? 3 : 1));
const WARM_UP_SECONDS = 1;

const large = { heads: 8, length: 512, dim: 64 };
const { query, key, value } = randomQkv(large);
const raw = Buffer.concat([query, key, value].map((data) => Buffer.from(data.buffer)));
const scenarios = [
  json('tiny', '8×4 JSON', jsonBody(8, 4), '/echo'),
  json('medium', '64×64 JSON', jsonBody(64, 64), '/attention'),
  json('large', '512×64 JSON', jsonBody(512, 64), '/attention'),
  {
    name: 'binary',
    title: '8×512×64 safetensors',
    ours: { path: '/attention', type: SAFETENSORS, body: safetensorsBody({ query, key, value }, [8, 512, 64]) },
    peer: { path: '/raw?h=8&l=512&d=64', type: 'application/octet-stream', body: raw },
  },
].filter(({ name }) => name.includes(values.only));

function json(name, title, body, peerPath) {
  return {
    name,
    title,
    ours: { path: '/attention', type: JSON_TYPE, body },
    peer: { path: peerPath, type: JSON_TYPE, body },
  };
}

/** One run of autocannon; our own percentiles, because its histogram counts whole milliseconds. */
async function shoot(url, { path, type, body }, duration) {
  const times = [];
  const instance = autocannon({
    url: url + path,
    method: 'POST',
    headers: { 'content-type': type },
    body,
    connections,
    duration,
    timeout: 30,
  });
  instance.on('response', (_client, _status, _bytes, ms) => times.push(ms));
  const result = await instance;
  const perSecond = times.length / result.duration;
  return {
    requestsPerSecond: perSecond,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    megabytesPerSecond: (perSecond * body.length + result.throughput.total / result.duration) / 1e6,
    errors: result.errors + result.non2xx,
  };
}

/** What is not answered with 200 would be fast, and worth nothing. */
async function expectAnswer(url, { path, type, body }) {
  const answer = await fetch(url + path, { method: 'POST', headers: { 'content-type': type }, body });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${text.slice(0, 300)}`);
}

const perScenario = values.peer ? 2 * rounds : rounds;
const boundMs = 1000 * (60 + scenarios.length * perScenario * (seconds + WARM_UP_SECONDS + 35));
setTimeout(() => {
  console.error(`stopped after ${boundMs / 1000} s: something hangs`);
  process.exit(1);
}, boundMs).unref();

const server = await startSpotlight({ LOG_LEVEL: process.env.LOG_LEVEL ?? 'info' });
const peer = values.peer ? await startPeer() : undefined;
const kernel = await kernelOf(server);
const results = [];
try {
  for (const scenario of scenarios) {
    const targets = [{ who: 'spotlight', url: server.url, request: scenario.ours, runs: [] }];
    if (peer) {
      const who = scenario.peer.path === '/echo' ? 'fastify echo' : 'fastify + zod + ort';
      targets.push({ who, url: peer.url, request: scenario.peer, runs: [] });
    }
    for (const { url, request } of targets) {
      await expectAnswer(url, request);
      await shoot(url, request, WARM_UP_SECONDS);
    }
    for (let round = 0; round < rounds; round++) {
      for (const { url, request, runs } of targets) runs.push(await shoot(url, request, seconds));
    }
    for (const { who, runs } of targets) {
      const of = (figure) => median(runs.map((run) => run[figure]));
      const perRound = runs.map((run, round) => targets[0].runs[round].requestsPerSecond / run.requestsPerSecond);
      results.push({
        scenario: scenario.name,
        title: scenario.title,
        who,
        requestsPerSecond: of('requestsPerSecond'),
        p50: of('p50'),
        p99: of('p99'),
        megabytesPerSecond: of('megabytesPerSecond'),
        errors: runs.reduce((sum, run) => sum + run.errors, 0),
        /** Our requests a second through theirs. */
        ratio: who === 'spotlight' ? undefined : median(perRound),
        runs,
      });
    }
  }
} finally {
  await server.stop();
  await peer?.stop();
}

console.log(
  `${connections} connections, ${rounds} × ${seconds} s each, kernel ${kernel}, Node ${process.version}; the load is made on the same machine\n`,
);
printTable(
  ['', 'who', 'requests/s', 'p50 ms', 'p99 ms', 'MB/s in+out', 'errors', ...(peer ? ['ours ×'] : [])],
  results.map((r) => [
    `${r.scenario} ${r.title}`,
    r.who,
    r.requestsPerSecond.toFixed(r.requestsPerSecond < 100 ? 1 : 0),
    r.p50.toFixed(2),
    r.p99.toFixed(2),
    r.megabytesPerSecond.toFixed(1),
    r.errors,
    ...(peer ? [r.ratio?.toFixed(2) ?? ''] : []),
  ]),
);
const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
const figures = { ...machine(), kernel, seconds, connections, rounds, results };
const file = `load-${figures.date.replaceAll(':', '-')}.json`;
writeFileSync(new URL(file, folder), JSON.stringify(figures, null, 2));
console.log(`\nwritten to load/results/${file}`);
