/**
 * How long it takes to tell whose a key is: the first of the file, the last, one that is wrong in its last character, one that
 * is all wrong. They should not differ; test/access/keys.test.ts shows why, by counting. After `npm run build`:
 * node load/key-timing.mjs [KEYS]
 */
import { createHash, randomBytes } from 'node:crypto';
import { Keys } from '../dist/access/keys.js';
import { quantile } from './figures.mjs';

const COUNT = Number(process.argv[2] ?? 30);
const ROUNDS = 400;
const CALLS = 500;

const keys = Array.from({ length: COUNT }, () => `spotlight_${randomBytes(32).toString('base64url')}`);
const known = new Keys(
  keys.map((key, i) => ({
    name: `key-${i}`,
    scopes: ['attention'],
    sha256: createHash('sha256').update(key).digest('hex'),
  })),
);
const last = keys[COUNT - 1];
const asked = {
  first: keys[0],
  last,
  'last, but for a character': `${last.slice(0, -1)}${last.endsWith('A') ? 'B' : 'A'}`,
  wrong: `spotlight_${randomBytes(32).toString('base64url')}`,
};

const times = Object.fromEntries(Object.keys(asked).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  // Each time in another order, so that none is always the one after a pause.
  for (const name of Object.keys(asked).sort(() => Math.random() - 0.5)) {
    const key = asked[name];
    const start = process.hrtime.bigint();
    for (let i = 0; i < CALLS; i++) known.find(key);
    times[name].push(Number(process.hrtime.bigint() - start) / CALLS);
  }
}

console.log(`${COUNT} keys, ns a look:`);
for (const [name, all] of Object.entries(times)) {
  const [low, middle, high] = [0.1, 0.5, 0.9].map((part) => quantile(all, part).toFixed(0));
  console.log(`${name.padEnd(26)} median ${middle}, 10 % ${low}, 90 % ${high}`);
}
