// How much the table of word vectors adds to the server with 1, 2 and 4 threads, and how long it takes to read.
// node load/vectors-memory.mjs [--file FILE]: FILE is a table as `npm run vectors -- --all FILE` writes it.
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readTableFile } from '../dist/text/vectors/file.js';
import { median } from './figures.mjs';
import { poster } from './post.mjs';
import { startSpotlight } from './server.mjs';

const PROMISED = 1.3;
const TIMES = 3;
const small = fileURLToPath(new URL('../vectors/glove-30k.bin', import.meta.url));
const { values } = parseArgs({
  options: { file: { type: 'string', default: small }, check: { type: 'boolean', default: false } },
});
const { size } = statSync(values.file);

if (process.platform !== 'linux') {
  console.log('reads /proc, so it runs on Linux only');
  process.exit(0);
}

const readings = [];
for (let time = 0; time < TIMES; time++) {
  const start = performance.now();
  readTableFile(values.file);
  readings.push(performance.now() - start);
}
console.log(`${values.file}: ${(size / 1e6).toFixed(1)} MB, read and checked in ${median(readings).toFixed(0)} ms`);

/** Resident bytes of a server once each of its threads has looked words up. */
async function residentBytes(env) {
  const server = await startSpotlight({ LOG_LEVEL: 'error', ...env });
  const client = poster(server);
  try {
    const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) * 1024;
    const ready = resident();
    const body = Buffer.from(JSON.stringify({ text: 'The cat sat on the mat', focus: 'sat' }));
    const ask = () => client.post('/attention/text', 'application/json', body);
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(Array.from({ length: 8 }, ask));
      if (answers.some(({ status }) => status !== 200)) throw new Error('not answered');
    }
    return { ready, used: resident() };
  } finally {
    client.close();
    await server.stop();
  }
}

let kept = true;
for (const workers of [1, 2, 4]) {
  const differences = [];
  for (let time = 0; time < TIMES; time++) {
    // In turn, so that what else runs on the machine hits both alike.
    const without = await residentBytes({ WORKERS: String(workers), VECTORS_FILE: small });
    const { ready, used } = await residentBytes({ WORKERS: String(workers), VECTORS_FILE: values.file });
    differences.push(ready - without.ready);
    console.log(
      `${workers} threads: ${(without.ready / 1e6).toFixed(0)} MB with the small table, ${(ready / 1e6).toFixed(0)} MB with this one, ${(used / 1e6).toFixed(0)} MB in use`,
    );
  }
  const grown = median(differences) / (size - statSync(small).size);
  if (!Number.isFinite(grown)) continue;
  kept &&= grown < PROMISED;
  console.log(`${workers} threads: grown by ${grown.toFixed(2)}× what the table is larger than the small one`);
}
console.log(`${kept ? 'kept' : 'NOT KEPT'}: promised < ${PROMISED}×`);
if (values.check && !kept) process.exitCode = 1;
