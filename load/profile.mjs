// A flame graph of the service under one scenario: the HTTP thread and every worker, by V8's own sampling profiler.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printTable } from './figures.mjs';
import { flamePage } from './flame/page.mjs';
import { flameTree, hottest } from './flame/tree.mjs';
import { shoot } from './http/closed-loop.mjs';
import { allScenarios, askOnce } from './http/scenarios.mjs';
import { progress, progressDone } from './progress.mjs';
import { kernelOf, startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'medium' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '8' },
    kernel: { type: 'string', default: 'auto' },
    interval: { type: 'string', default: '200' },
  },
});
const WARM_UP_SECONDS = 2;
const SHOWN = 12;

const scenarios = allScenarios();
const scenario = scenarios.find(({ name }) => name === values.scenario);
if (scenario === undefined) {
  console.error(`--scenario is one of ${scenarios.map(({ name }) => name).join(', ')}, not ${values.scenario}`);
  process.exit(2);
}

const results = new URL('results/', import.meta.url);
mkdirSync(results, { recursive: true });
const folder = mkdtempSync(fileURLToPath(new URL(`profile-${scenario.name}-`, results)));
const microseconds = () => Number(process.hrtime.bigint() / 1000n);

const options = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${values.interval}`];
const server = await startSpotlight({ KERNEL: values.kernel }, options);
const asked = scenario.asked('spotlight');
const load = { connections: Number(values.connections), seconds: Number(values.seconds) };
let kernel;
let run;
let from;
let to;
try {
  kernel = await kernelOf(server);
  await askOnce(server.url, asked);
  progress(`${scenario.title}: warming up`);
  await shoot(server, asked, { ...load, seconds: WARM_UP_SECONDS });
  progress(`${scenario.title}: ${load.seconds} s under the profiler`);
  from = microseconds();
  run = await shoot(server, asked, load);
  to = microseconds();
} finally {
  // The profiles are written when the server ends.
  await server.stop();
}
progressDone();

const threads = readdirSync(folder)
  .map((file) => ({ file, id: Number(/^CPU\.\d+\.\d+\.\d+\.(\d+)\./.exec(file)?.[1]) }))
  .sort((a, b) => a.id - b.id)
  .map(({ file, id }) => {
    const tree = flameTree(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')), { from, to });
    const name = id === 0 ? 'HTTP thread' : `worker ${id}`;
    return { name, ...tree, hottest: hottest(tree.root, SHOWN) };
  });

const title = `${scenario.name} ${scenario.title}`;
const about = `${kernel} kernel, Node ${process.version}, ${load.connections} connections for ${load.seconds} s, ${run.requestsPerSecond.toFixed(0)} requests/s under the profiler. The widths are time, from what called above to what was called below; waiting for work is left out. Click a frame to see it as wide as the graph, the top one to see all.`;
const page = `${folder}/flame.html`;
writeFileSync(page, flamePage({ title: `Spotlight, ${title}`, about, threads }));
for (const { name, root, idle, hottest: functions } of threads) {
  console.log(`${name}: busy ${((100 * root.total) / (root.total + idle)).toFixed(0)} %`);
  const busiest = functions.slice(0, 5).filter(({ self }) => self > 0);
  printTable(
    ['  function', 'of its own', 'place'],
    busiest.map(({ name, place, self }) => [`  ${name}`, `${((100 * self) / root.total).toFixed(1)} %`, place]),
  );
  console.log('');
}
console.log(`written to ${page}; the .cpuprofile files beside it open in Chrome's developer tools too`);
