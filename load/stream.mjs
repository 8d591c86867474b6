// Many viewers on one run, some of which never read: whether the others see all of it, what it adds to the memory of the
// server, and how long tiny requests wait meanwhile.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { JSON_TYPE, jsonBody, randomQkv } from './bodies.mjs';
import { median, printTable, quantile } from './figures.mjs';
import { postAttention, poster } from './post.mjs';
import { kernelOf, startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '500' },
    stuck: { type: 'string', default: '50' },
    heads: { type: 'string', default: '8' },
    length: { type: 'string', default: '64' },
    detail: { type: 'string', default: 'row' },
    check: { type: 'boolean', default: false },
  },
});
const [viewers, stuck, heads, length] = [values.viewers, values.stuck, values.heads, values.length].map(Number);
const DIM = 32;
const PROMISED_MB = 200;
const PROMISED_P99_MS = 25;
const SAMPLE_MS = 20;
const WARM_UP = 300;
/** Tiny requests come at this distance: they are measured, not the server's throughput. */
const BETWEEN_MS = 5;

if (process.platform !== 'linux') {
  console.log('reads /proc, so it runs on Linux only');
  process.exit(0);
}

const server = await startSpotlight();
const client = poster(server);
const tinyBody = jsonBody(8, 4);
const tiny = async () => (await postAttention(client, JSON_TYPE, tinyBody)).ms;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function megabytes() {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return (Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024) / 1e6;
}

/** Tiny requests until `isOver`, and how long each took. */
async function tinyUntil(isOver) {
  const times = [];
  while (!isOver()) {
    times.push(await tiny());
    await pause(BETWEEN_MS);
  }
  return times;
}

async function startRun() {
  const nested = (data) =>
    Array.from({ length: heads }, (_, h) =>
      Array.from({ length }, (_, i) =>
        Array.from(data.subarray((h * length + i) * DIM, (h * length + i + 1) * DIM), (x) => Number(x.toFixed(6))),
      ),
    );
  const { query, key, value } = randomQkv({ heads, length, dim: DIM });
  const request = { kind: 'attention', query: nested(query), key: nested(key), value: nested(value), is_causal: true };
  const body = Buffer.from(JSON.stringify({ request, detail: values.detail }));
  const answer = await client.post('/runs', JSON_TYPE, body);
  if (answer.status !== 201) throw new Error(`/runs answers ${answer.status}: ${answer.body}`);
  return JSON.parse(answer.body);
}

/** Starts the viewers; their report, and how to end them. */
function startViewers(run) {
  const script = fileURLToPath(new URL('viewers.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, server.url, run, String(viewers - stuck), String(stuck)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const report = new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(JSON.parse(text));
    });
    child.once('exit', (code) => reject(new Error(`the viewers ended with ${code}`)));
  });
  return { report, end: () => child.stdin.end() };
}

try {
  for (let i = 0; i < WARM_UP; i++) await tiny();
  await pause(500);
  const idle = megabytes();
  const end = performance.now() + 3000;
  const alone = await tinyUntil(() => performance.now() >= end);

  const { run, plan } = await startRun();
  const { report, end: endViewers } = startViewers(run);
  let isOver = false;
  const samples = [];
  const sampling = setInterval(() => samples.push(megabytes()), SAMPLE_MS);
  const beside = tinyUntil(() => isOver);
  const seen = await report.finally(() => {
    isOver = true;
  });
  const times = await beside;
  clearInterval(sampling);
  endViewers();

  const added = Math.max(...samples) - idle;
  const p99 = quantile(times, 0.99);
  console.log(`${viewers} viewers, ${stuck} of them never read; ${plan.steps} steps of detail ${plan.detail}`);
  console.log(`kernel ${await kernelOf(server)}, Node ${process.version}`);
  console.log(
    `${seen.done} of ${viewers - stuck} saw all ${seen.steps} steps in order: ${(seen.bytes / 1e6).toFixed(0)} MB in ${(seen.ms / 1000).toFixed(1)} s, ${Math.round((seen.done * seen.steps) / (seen.ms / 1000))} steps/s`,
  );
  for (const fault of seen.faults) console.log(`  ${fault}`);
  console.log(`idle ${idle.toFixed(0)} MB, peak ${Math.max(...samples).toFixed(0)} MB, added ${added.toFixed(0)} MB\n`);
  const row = (name, ms) => [
    name,
    ms.length,
    ...[median(ms), quantile(ms, 0.99), Math.max(...ms)].map((x) => x.toFixed(2)),
  ];
  printTable(
    ['', 'requests', 'median ms', 'p99 ms', 'max ms'],
    [row('tiny alone', alone), row('tiny beside viewers', times)],
  );
  const kept =
    seen.done === viewers - stuck && seen.steps === plan.steps && added < PROMISED_MB && p99 < PROMISED_P99_MS;
  console.log(
    `\n${kept ? 'kept' : 'NOT KEPT'}: all that read see all, < ${PROMISED_MB} MB added, p99 of tiny requests < ${PROMISED_P99_MS} ms`,
  );
  if (values.check && !kept) process.exitCode = 1;
} finally {
  client.close();
  await server.stop();
}
