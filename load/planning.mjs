// What the decisions of planning rest on, measured: the cost beside the constant in the code, and what follows from it.
// The last lines are the rows of the table in README.md.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { machine } from './figures.mjs';
import { batch } from './planning/batch.mjs';
import { MARKDOWN_HEADER, markdownRow } from './planning/decision.mjs';
import { hop } from './planning/hop.mjs';
import { shards } from './planning/shards.mjs';
import { spread } from './planning/spread.mjs';
import { tiny } from './planning/tiny.mjs';
import { progressDone } from './progress.mjs';

const parts = { hop, tiny, shards, spread, batch };

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, only: { type: 'string' }, json: { type: 'string' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number from 1 on`);
const wanted = values.only?.split(',') ?? Object.keys(parts);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) throw new Error(`--only takes ${Object.keys(parts).join(', ')}; there is no ${unknown}`);

const { node, cpu, cores } = machine();
console.log(`Node ${node}, ${cores} cores, ${cpu}; medians of ${rounds} interleaved rounds`);
const found = {};
for (const name of wanted) {
  found[name] = await parts[name]({ rounds });
  progressDone();
}
console.log(`\n${MARKDOWN_HEADER.join('\n')}`);
for (const { decisions } of Object.values(found)) for (const row of decisions) console.log(markdownRow(row));
if (values.json) {
  const figures = Object.fromEntries(Object.entries(found).map(([name, one]) => [name, one.figures]));
  writeFileSync(values.json, JSON.stringify({ ...machine(), rounds, figures }, null, 2));
}
