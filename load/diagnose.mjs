// What a diagnosis costs beside the attention that it is about, with what was given right, wrong in a known way, and wrong in a
// way that nobody knows; and the memory that a long one adds.
import { parseArgs } from 'node:util';
import { randomQkv, readSafetensors, SAFETENSORS, safetensorsBody } from './bodies.mjs';
import { median, printTable } from './figures.mjs';
import { canReadMemory, megabytes, watchMemory } from './memory/resident.mjs';
import { poster } from './post.mjs';
import { progress, progressDone } from './progress.mjs';
import { MOST_DIAGNOSIS_MB, MOST_DIAGNOSIS_TIMES } from './promises.mjs';
import { kernelOf, startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    length: { type: 'string', default: '16384' },
    check: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const [HEADS, LENGTH, DIM] = [8, 512, 64];
const SHAPE = [HEADS, LENGTH, DIM];
const WARM_UP = 8;

const server = await startSpotlight({ LOG_LEVEL: 'warn', DEADLINE_MS: '900000' });
const client = poster(server);
let kept = true;

async function post(path, body) {
  const answer = await client.post(path, SAFETENSORS, body);
  if (answer.status !== 200)
    throw new Error(`${path} answers ${answer.status}: ${answer.body.toString('utf8', 0, 300)}`);
  return answer;
}

const outputOf = async (body) => readSafetensors((await post('/attention', body)).body).output.data;

/** A request, what is given for it, and what is to be found. */
async function cases() {
  const qkv = randomQkv({ heads: HEADS, length: LENGTH, dim: DIM });
  const causal = safetensorsBody(qkv, SHAPE, { is_causal: 'true' });
  const right = await outputOf(causal);
  const missing = await outputOf(safetensorsBody(qkv, SHAPE));
  const noise = right.map((number, at) =>
    Math.floor(at / (LENGTH * DIM)) === 2 ? number + 0.1 * Math.sin(at) : number,
  );
  const given = (output) => safetensorsBody({ ...qkv, expected_output: output }, SHAPE, { is_causal: 'true' });
  return {
    attention: causal,
    diagnoses: [
      { title: 'right', body: given(right), verdict: 'match', names: [] },
      { title: 'causal_missing', body: given(missing), verdict: 'different', names: ['causal_missing'] },
      { title: 'noise in a head', body: given(noise), verdict: 'different', names: [] },
    ],
  };
}

async function speed() {
  const { attention, diagnoses } = await cases();
  const times = Object.fromEntries(['attention', ...diagnoses.map(({ title }) => title)].map((title) => [title, []]));
  for (let round = -WARM_UP; round < rounds; round++) {
    progress(`${HEADS}×${LENGTH}×${DIM}: round ${Math.max(0, round + 1)} of ${rounds}`);
    const own = await post('/attention', attention);
    if (round >= 0) times.attention.push(own.ms);
    for (const { title, body, verdict, names } of diagnoses) {
      const answer = await post('/attention/diagnose', body);
      const found = JSON.parse(answer.body.toString());
      if (found.verdict !== verdict || String(found.causes[0]?.names ?? []) !== String(names)) {
        throw new Error(`${title}: ${found.summary}`);
      }
      if (round >= 0) times[title].push(answer.ms);
    }
  }
  progressDone();
  const beside = median(times.attention);
  console.log(
    `diagnosis of ${HEADS}×${LENGTH}×${DIM}; kernel ${await kernelOf(server)}, Node ${process.version}, ${rounds} rounds\n`,
  );
  printTable(
    ['', 'ms', 'through attention'],
    Object.entries(times).map(([title, all]) => [
      title,
      median(all).toFixed(1),
      `${(median(all) / beside).toFixed(1)}×`,
    ]),
  );
  const most = Math.max(...diagnoses.map(({ title }) => median(times[title]) / beside));
  promise(
    most <= MOST_DIAGNOSIS_TIMES,
    `at most ${most.toFixed(1)}× the attention, promised ≤ ${MOST_DIAGNOSIS_TIMES}×`,
  );
}

async function memory() {
  if (!canReadMemory) return;
  const length = Number(values.length);
  const shape = [1, length, DIM];
  const qkv = randomQkv({ heads: 1, length, dim: DIM });
  const given = await outputOf(safetensorsBody(qkv, shape, { is_causal: 'true' }));
  const body = safetensorsBody({ ...qkv, expected_output: given }, shape);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const idle = megabytes(server.pid, 'VmRSS');
  progress(`1×${length}×${DIM}`);
  const watched = watchMemory(server.pid, 20);
  const answer = await post('/attention/diagnose', body);
  const { peak } = watched.stop();
  progressDone();
  const { summary } = JSON.parse(answer.body.toString());
  console.log(`\n1×${length}×${DIM}, ${(answer.ms / 1000).toFixed(1)} s; idle ${idle.toFixed(0)} MB: ${summary}`);
  promise(peak - idle <= MOST_DIAGNOSIS_MB, `${(peak - idle).toFixed(0)} MB added, promised ≤ ${MOST_DIAGNOSIS_MB} MB`);
}

function promise(isKept, text) {
  kept &&= isKept;
  console.log(`${isKept ? 'kept' : 'NOT KEPT'}: ${text}`);
}

try {
  await speed();
  await memory();
  if (values.check && !kept) process.exitCode = 1;
} finally {
  client.close();
  await server.stop();
}
