// Text to tokens: our byte-pair encoding beside gpt-tokenizer and tiktoken on one thread, then /tokenize over HTTP, and how
// long tiny requests wait beside a megabyte of text.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as gptTokenizer from 'gpt-tokenizer/encoding/o200k_base';
import { get_encoding } from 'tiktoken';
import { ENCODINGS } from '../dist/text/bpe/encodings.js';
import { BpeTokenizer } from '../dist/text/bpe/tokenizer.js';
import { createTokenList } from '../dist/text/tokenize/token-list.js';
import { unhurried } from '../dist/text/tokenize/tokenizer.js';
import { JSON_TYPE } from './bodies.mjs';
import { machine, median, printTable, quantile } from './figures.mjs';
import { poster } from './post.mjs';
import { startSpotlight } from './server.mjs';
import { naturalTexts, pathologicalTexts } from './texts.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '3' },
    check: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const MEGABYTE = 2 ** 20;
/** /tokenize of a megabyte of text, in ms. */
const PROMISED_MS = 300;
/** The longest run of one letter that is asked of all: tiktoken and gpt-tokenizer take time with its square. */
const LONGEST_RUN = 5000;

const { name } = ENCODINGS[0];
const own = new BpeTokenizer(ENCODINGS[0]);
const reference = get_encoding(name);
const contenders = {
  ours(text) {
    const bytes = Buffer.from(text);
    const tokens = createTokenList();
    own.encode(bytes, 0, bytes.length, tokens, unhurried);
    return tokens.ids.subarray(0, tokens.count);
  },
  'gpt-tokenizer': (text) => gptTokenizer.encode(text, { disallowedSpecial: new Set() }),
  tiktoken: (text) => reference.encode_ordinary(text),
};

/** Milliseconds of this thread, whatever else the machine does. */
function cpuMs(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function compare() {
  const texts = { ...naturalTexts(MEGABYTE), [`${LONGEST_RUN} × a`]: 'a'.repeat(LONGEST_RUN) };
  const rows = [];
  for (const [kind, text] of Object.entries(texts)) {
    const times = Object.fromEntries(Object.keys(contenders).map((contender) => [contender, []]));
    for (let round = -1; round < rounds; round++) {
      for (const [contender, encode] of Object.entries(contenders)) {
        const ms = cpuMs(() => encode(text));
        if (round >= 0) times[contender].push(ms);
      }
    }
    const ids = Object.values(contenders).map((encode) => encode(text));
    const differ = ids.map((list) => list.length !== ids[2].length || list.some((id, i) => id !== ids[2][i]));
    const ratio = (peer) => median(times.ours.map((ms, i) => times[peer][i] / ms)).toFixed(1);
    rows.push([
      kind,
      ids[2].length,
      ...Object.keys(contenders).map(
        (contender, i) => median(times[contender]).toFixed(1) + (differ[i] ? ' (ids differ)' : ''),
      ),
      ratio('gpt-tokenizer'),
      ratio('tiktoken'),
    ]);
  }
  console.log(`${name}, ids alone, one thread: CPU ms of a megabyte, medians of ${rounds} interleaved rounds`);
  printTable(['text', 'tokens', ...Object.keys(contenders), '× gpt-tokenizer', '× tiktoken'], rows);
}

const jsonOf = (text) => Buffer.from(JSON.stringify({ text }));

async function overHttp(client, server) {
  const rows = [];
  let slowest = 0;
  const natural = naturalTexts(MEGABYTE);
  for (const [kind, text] of Object.entries({ ...natural, ...pathologicalTexts })) {
    const body = jsonOf(text);
    const times = [];
    const cpu = [];
    let bytes = 0;
    for (let round = -1; round < rounds; round++) {
      const before = cpuOf(server.pid);
      const answer = await client.post('/tokenize', JSON_TYPE, body);
      if (answer.status !== 200) throw new Error(`${kind} was answered ${answer.status}`);
      bytes = answer.body.length;
      if (round < 0) continue;
      times.push(answer.ms);
      cpu.push(cpuOf(server.pid) - before);
    }
    if (kind in natural) slowest = Math.max(slowest, median(times));
    rows.push([kind, (body.length / 1e6).toFixed(2), (bytes / 1e6).toFixed(1), median(times).toFixed(0), median(cpu)]);
  }
  console.log('\nPOST /tokenize with all places: MB sent, MB answered, ms until the last byte, CPU ms of the server');
  printTable(['text', 'sent', 'answered', 'ms', 'cpu'], rows);
  return slowest;
}

/** User and system time of a process so far, in ms; Linux. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function beside(client, server) {
  const tiny = jsonOf('The cat sat on the mat');
  const large = jsonOf(naturalTexts(MEGABYTE)['English prose']);
  const run = async (isOver) => {
    const times = [];
    while (!isOver()) times.push((await client.post('/tokenize', JSON_TYPE, tiny)).ms);
    return times;
  };
  const during = () => {
    const end = performance.now() + seconds * 1000;
    return () => performance.now() >= end;
  };
  await run(during());
  const alone = await run(during());
  let isOver = false;
  const other = poster(server);
  const loop = (async () => {
    let count = 0;
    for (; !isOver; count++) await other.post('/tokenize', JSON_TYPE, large);
    return count;
  })();
  const together = await run(during());
  isOver = true;
  const count = await loop;
  other.close();
  const row = (title, times) => [title, times.length, ...[0.5, 0.99, 1].map((p) => quantile(times, p).toFixed(2))];
  return { rows: [row('alone', alone), row(`beside ${count} × 1 MB`, together)] };
}

compare();
let slowest = 0;
for (const workers of ['2', '1']) {
  const server = await startSpotlight({ WORKERS: workers, LOG_LEVEL: 'warn' });
  try {
    const client = poster(server);
    if (workers === '2') slowest = await overHttp(client, server);
    console.log(`\nTiny /tokenize requests one after another, WORKERS=${workers}: ms`);
    printTable(['', 'count', 'p50', 'p99', 'max'], (await beside(client, server)).rows);
  } finally {
    await server.stop();
  }
}
console.log(JSON.stringify(machine()));
if (values.check && slowest > PROMISED_MS) {
  console.error(`a megabyte of text took ${slowest.toFixed(0)} ms; promised are ${PROMISED_MS}`);
  process.exit(1);
}
