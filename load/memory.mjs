// The memory that 1×65,536×64 causal attention adds to the server, where the score matrix alone would need 17 GB.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { JSON_TYPE, jsonBody, randomQkv, readSafetensors, SAFETENSORS, safetensorsBody } from './bodies.mjs';
import { median } from './figures.mjs';
import { largestDifference, plainRow } from './plain.mjs';
import { postAttention, poster } from './post.mjs';
import { kernelOf, startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    length: { type: 'string', default: '65536' },
    times: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
  },
});
const length = Number(values.length);
const dim = 64;
const PROMISED_MB = 300;
const SAMPLE_MS = 20;
const WARM_UP = 300;
/** Float32 sums over 65,536 keys. */
const TOLERANCE = 1e-5;

if (process.platform !== 'linux') {
  console.log('reads /proc, so it runs on Linux only');
  process.exit(0);
}

const server = await startSpotlight({ DEADLINE_MS: '900000' });
const client = poster(server);

/** A field of /proc/<pid>/status in MB (10⁶ bytes). */
function megabytes(field) {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return (Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)[1]) * 1024) / 1e6;
}

/** Makes VmHWM start again from now (proc(5), clear_refs); without it the peak is of the samples alone. */
function resetPeak() {
  try {
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
    return true;
  } catch {
    return false;
  }
}

try {
  const small = jsonBody(8, 4);
  for (let i = 0; i < WARM_UP; i++) await postAttention(client, JSON_TYPE, small);
  const { query, key, value } = randomQkv({ heads: 1, length, dim });
  const body = safetensorsBody({ query, key, value }, [1, length, dim], { is_causal: 'true' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const idle = megabytes('VmRSS');
  let kept = true;
  console.log(
    `1×${length}×${dim} causal, output only; body ${(body.length / 1e6).toFixed(1)} MB, kernel ${await kernelOf(server)}, Node ${process.version}`,
  );
  console.log(`idle ${idle.toFixed(0)} MB after ${WARM_UP} tiny requests`);
  for (let time = 0; time < Number(values.times); time++) {
    const exact = resetPeak();
    const samples = [];
    const sampling = setInterval(() => samples.push(megabytes('VmRSS')), SAMPLE_MS);
    const answer = await postAttention(client, SAFETENSORS, body);
    clearInterval(sampling);
    const peak = Math.max(...samples, exact ? megabytes('VmHWM') : 0);
    kept &&= peak - idle < PROMISED_MB;
    const computed = `${(answer.ms / 1000).toFixed(1)} s`;
    console.log(
      `peak ${peak.toFixed(0)} MB (median while it ran ${median(samples).toFixed(0)}), added ${(peak - idle).toFixed(0)} MB, ${computed}`,
    );
    checkAnswer(answer.body, { q: query, k: key, v: value, keys: length, dim, causal: true });
  }
  console.log(`${kept ? 'kept' : 'NOT KEPT'}: promised < ${PROMISED_MB} MB added`);
  if (values.check && !kept) process.exitCode = 1;
} finally {
  client.close();
  await server.stop();
}

function checkAnswer(body, head) {
  const { shape, data } = readSafetensors(body).output;
  if (shape.join() !== `1,${length},${dim}`) throw new Error(`output has shape ${shape}`);
  let worst = 0;
  for (const row of [0, 1, 191, 192, Math.floor(length / 2), length - 2, length - 1]) {
    worst = Math.max(worst, largestDifference(data.subarray(row * dim, (row + 1) * dim), plainRow(head, row)));
  }
  if (!(worst < TOLERANCE)) throw new Error(`rows differ by ${worst} from the plain formula in float64`);
  console.log(
    `shape [${shape}] as expected; 7 rows differ by at most ${worst.toExponential(0)} from the plain formula in float64`,
  );
}
