// What being watched costs tiny requests: the same server without and with metrics that are scraped each second, a traceparent
// on every request, keys, and spans of a hundredth of them that are exported. Servers take turns in rounds of another order
// each time, and are started anew a few times, as two processes of the same program are not equally fast.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { addKey } from '../dist/access/new-key.js';
import { JSON_TYPE, jsonBody } from './bodies.mjs';
import { costPercent, costText, median, printTable } from './figures.mjs';
import { cpuMs } from './http/cpu-time.mjs';
import { Lines, written } from './http/lines.mjs';
import { progress, progressDone } from './progress.mjs';
import { kernelOf, startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    starts: { type: 'string', default: '12' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1' },
    connections: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
    /** Variables of the watched servers beside, as `NAME=value,NAME=value`. */
    env: { type: 'string', default: '' },
    /** The most that any may cost, in percent of requests a second. */
    check: { type: 'string' },
  },
});
const [starts, rounds, seconds, connections] = ['starts', 'rounds', 'seconds', 'connections'].map((name) =>
  Number(values[name]),
);
const WARM_UP_SECONDS = 3;
const SCRAPE_MS = 1000;
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const folder = mkdtempSync(join(tmpdir(), 'spotlight-load-'));
const keysFile = join(folder, 'keys.json');
const key = addKey(keysFile, { name: 'load', scopes: ['attention', 'ops'] });
const authorization = { Authorization: `Bearer ${key}` };
/** Takes spans, and drops them. */
const collector = createServer((request, response) => request.resume().once('end', () => response.end('{}')));
await new Promise((resolve) => collector.listen(0, '127.0.0.1', resolve));

const more = Object.fromEntries(
  values.env
    .split(',')
    .filter(Boolean)
    .map((one) => one.split(/=(.*)/s).slice(0, 2)),
);
const body = jsonBody(8, 4);
const asked = (headers) => written({ path: '/attention', type: JSON_TYPE, body, headers });
const spans = {
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.address().port}`,
  OTEL_TRACES_SAMPLER: 'traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.01',
};
const all = [
  { name: 'not watched', env: {}, headers: {} },
  // What two processes of one program differ by is no cost.
  { name: 'not watched, once more', env: {}, headers: {} },
  { name: 'metrics', env: more, headers: {}, isScraped: true },
  { name: 'metrics, traceparent', env: more, headers: { traceparent: TRACEPARENT }, isScraped: true },
  {
    name: 'metrics, traceparent, keys',
    env: { ...more, API_KEYS_FILE: keysFile },
    headers: { traceparent: TRACEPARENT, ...authorization },
    isScraped: true,
  },
  { name: 'metrics, spans of 1 %', env: { ...more, ...spans }, headers: {}, isScraped: true },
];
const [plain, ...watched] = all;
const contenders = [plain, ...watched.filter(({ name, isScraped }) => !isScraped || name.includes(values.only))];
for (const one of contenders) one.runs = [];

/** Requests a second, and ms of processor time for each. */
async function shoot({ server, headers, isScraped }, forSeconds) {
  const request = asked(headers);
  const lines = new Lines(server.port, connections);
  const scraping = setInterval(() => {
    if (isScraped) void fetch(`${server.url}/metrics`, { headers: authorization }).then((answer) => answer.text());
  }, SCRAPE_MS);
  const cpuBefore = cpuMs(server.pid);
  const start = performance.now();
  const end = start + 1000 * forSeconds;
  let done = 0;
  const one = async () => {
    while (performance.now() < end) {
      const { status } = await lines.ask(request);
      if (status !== 200) throw new Error(`/attention answers ${status}`);
      done++;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  const ms = performance.now() - start;
  clearInterval(scraping);
  lines.close();
  return { perSecond: (1000 * done) / ms, cpu: (cpuMs(server.pid) - cpuBefore) / done };
}

let kernel;
for (let begun = 0; begun < starts; begun++) {
  try {
    for (const one of contenders) one.server = await startSpotlight({ ...one.env, LOG_LEVEL: 'info' });
    kernel ??= await kernelOf(contenders[0].server);
    for (const one of contenders) {
      progress(`warming up: ${one.name}`);
      await shoot(one, WARM_UP_SECONDS);
    }
    for (const one of contenders) one.runs.push([]);
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < contenders.length; turn++) {
        const place = (round + turn) % contenders.length;
        const one = contenders[round % 2 === 0 ? place : contenders.length - 1 - place];
        progress(`start ${begun + 1} of ${starts}, round ${round + 1} of ${rounds}: ${one.name}`);
        one.runs.at(-1).push(await shoot(one, seconds));
      }
    }
  } finally {
    for (const one of contenders) await one.server?.stop();
  }
}
collector.close();
collector.closeAllConnections();
rmSync(folder, { recursive: true });
progressDone();

const costOf = ({ runs }, of) => costPercent(runs, plain.runs, of);
const speedOf = (one) => costOf(one, (run) => run.perSecond);
console.log(
  `8×4 JSON, ${connections} connections, ${starts} starts × ${rounds} rounds × ${seconds} s; kernel ${kernel}, Node ${process.version}\n`,
);
printTable(
  ['', 'requests/s', 'costs %', 'CPU µs each', 'costs %'],
  contenders.map((one) => [
    one.name,
    median(one.runs.flat().map(({ perSecond }) => perSecond)).toFixed(0),
    one === plain ? '' : costText(speedOf(one)),
    (1000 * median(one.runs.flat().map(({ cpu }) => cpu))).toFixed(1),
    one === plain ? '' : costText(costOf(one, (run) => 1 / run.cpu)),
  ]),
);
if (values.check !== undefined) {
  const most = Number(values.check);
  const costs = contenders.filter(({ isScraped }) => isScraped).map(speedOf);
  const worst = costs.reduce((most, cost) => (cost.median > most.median ? cost : most));
  const isKept = worst.median < most;
  console.log(`\n${isKept ? 'kept' : 'NOT KEPT'}: at most ${costText(worst)} % of requests/s, promised < ${most} %`);
  if (!isKept) process.exitCode = 1;
}
process.exit();
