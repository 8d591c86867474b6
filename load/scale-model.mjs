// What up to 100 replicas would do, by what one request costs each part: where gateway, Redis and network are at their end. Reads the
// costs that scale.mjs measured, prints a table, and with --write puts it into docs/scale.md, with a plot beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { solved } from './scale/network.mjs';
import { plotted } from './scale/plot.mjs';
import { CUSTOMERS, scenariosOf, stationsOf } from './scale/scenarios.mjs';

const MOST = 100;
/** A station that works so much of the time is what all wait for. */
const FULL = 0.95;
const SHOWN = [1, 2, 4, 10, 30, 100];

/** What so many replicas do of a scenario, and which part has the most to do. */
export function foreseen(scenario, replicas) {
  const stations = stationsOf(scenario, replicas);
  const { perSecond, uses } = solved(stations, CUSTOMERS * replicas);
  const most = uses.indexOf(Math.max(...uses));
  return { perSecond, busiest: stations[most].name, use: uses[most] };
}

/** From how many replicas on something else than they is full; undefined where nothing is, up to MOST. */
export function turningPoint(scenario) {
  for (let replicas = 1; replicas <= MOST; replicas++) {
    const { busiest, use } = foreseen(scenario, replicas);
    if (busiest !== 'replicas' && use >= FULL) return { replicas, busiest };
  }
  return undefined;
}

/** A table in Markdown. */
export function tableOf(costs) {
  const rows = scenariosOf(costs).map((scenario) => {
    const found = SHOWN.map((replicas) => Number(foreseen(scenario, replicas).perSecond.toPrecision(2)));
    const end = turningPoint(scenario);
    const why = end === undefined ? 'nothing but replicas' : `${end.busiest}, from ${end.replicas} replicas on`;
    return [scenario.name, ...found.map((one) => one.toLocaleString('en')), why];
  });
  const head = ['requests/s of so many replicas', ...SHOWN, 'what is full first'];
  return [head, head.map((_, i) => (i === 0 || i === head.length - 1 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

export function plotOf(costs) {
  const counts = Array.from({ length: MOST }, (_, i) => i + 1);
  return plotted({
    title: 'Requests a second by replicas, foreseen',
    x: 'replicas of two cores',
    y: 'requests/s',
    curves: scenariosOf(costs).map((scenario) => ({
      name: scenario.name,
      points: counts.map((replicas) => [replicas, foreseen(scenario, replicas).perSecond]),
    })),
  });
}

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

/** The costs that the documents stand on. */
export const COSTS = pathOf('scale/costs.json');

/** A page with what stands between the marks of this table replaced. */
export const withTable = (page, table) =>
  page.replace(/(<!-- scale -->)[\s\S]*(<!-- \/scale -->)/, (_, from, to) => `${from}\n${table}\n${to}`);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { costs: { type: 'string', default: COSTS }, write: { type: 'boolean' } } });
  const costs = JSON.parse(readFileSync(values.costs, 'utf8'));
  const table = tableOf(costs);
  console.log(table);
  if (values.write) {
    const page = pathOf('../docs/scale.md');
    writeFileSync(page, withTable(readFileSync(page, 'utf8'), table));
    writeFileSync(pathOf('../docs/images/scale.svg'), plotOf(costs));
  }
}
