// How long tiny requests wait while a request of several seconds keeps every worker busy.
import { parseArgs } from 'node:util';
import { JSON_TYPE, jsonBody, randomQkv, SAFETENSORS, safetensorsBody } from './bodies.mjs';
import { median, printTable, quantile } from './figures.mjs';
import { postAttention, poster } from './post.mjs';
import { kernelOf, startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    big: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
/** The median of tiny requests beside a big one, in ms. */
const PROMISED_MS = 15;
const WARM_UP = 300;
/** Body size of the longest request that the default limit of 64 MiB lets in. */
const LONGEST = 80_000;

const bigBody = (length) => safetensorsBody(randomQkv({ heads: 1, length, dim: 64 }), [1, length, 64]);
const tinyBody = jsonBody(8, 4);

const server = await startSpotlight({ DEADLINE_MS: '120000' });
const client = poster(server);
const tiny = async () => (await postAttention(client, JSON_TYPE, tinyBody)).ms;

/** Tiny requests one after another until `isOver`. */
async function tinyUntil(isOver) {
  const times = [];
  while (!isOver()) times.push(await tiny());
  return times;
}

/** The length whose attention takes about `seconds`, from one that takes a moment: the work grows with its square. */
async function lengthFor(duration) {
  const probe = 3072;
  const times = [];
  for (let run = 0; run < 3; run++) times.push((await postAttention(client, SAFETENSORS, bigBody(probe))).ms);
  return Math.min(LONGEST, Math.round((probe * Math.sqrt((1000 * duration) / median(times))) / 64) * 64);
}

try {
  for (let i = 0; i < WARM_UP; i++) await tiny();
  const length = await lengthFor(seconds);
  const body = bigBody(length);
  const alone = [];
  const beside = [];
  const bigMs = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const end = performance.now() + 1000 * Math.min(seconds, 3);
    alone.push(...(await tinyUntil(() => performance.now() >= end)));

    let running = Number(values.big);
    const bigs = Array.from({ length: running }, () =>
      postAttention(client, SAFETENSORS, body).finally(() => {
        running--;
      }),
    );
    // A failure of a big one is seen below, after the tiny ones have stopped.
    const settled = Promise.allSettled(bigs);
    beside.push(...(await tinyUntil(() => running < Number(values.big))));
    await settled;
    for (const big of bigs) bigMs.push((await big).ms);
  }
  console.log(`tiny = 8×4 JSON, one after another; big = 1×${length}×64 safetensors, ${values.big} at once`);
  console.log(
    `kernel ${await kernelOf(server)}, Node ${process.version}; a big one took ${(median(bigMs) / 1000).toFixed(1)} s (median)\n`,
  );
  const row = (name, times) => [
    name,
    times.length,
    ...[median(times), quantile(times, 0.99), Math.max(...times)].map((ms) => ms.toFixed(2)),
  ];
  printTable(
    ['', 'requests', 'median ms', 'p99 ms', 'max ms'],
    [row('tiny alone', alone), row('tiny beside big', beside)],
  );
  const kept = median(beside) < PROMISED_MS;
  console.log(
    `\n${kept ? 'kept' : 'NOT KEPT'}: median beside a big one ${median(beside).toFixed(2)} ms, promised < ${PROMISED_MS} ms`,
  );
  if (values.check && !kept) process.exitCode = 1;
} finally {
  client.close();
  await server.stop();
}
