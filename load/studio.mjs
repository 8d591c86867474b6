// What the page is worth on the loopback: when it is seen, when it can be used, and what it costs to get there. Every round is
// a visitor who was never here; `--check` ends with 1 when a promise is not kept.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { machine, median, printTable, quantile } from './figures.mjs';
import { startSpotlight } from './server.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, check: { type: 'boolean' } } });

/** What is promised, in the order that it is printed. */
const MOST = {
  'first paint, ms': 500,
  'interactive, ms': 1000,
  'JavaScript, kB as sent': 120,
  'all, kB as sent': undefined,
  requests: undefined,
  'long tasks': undefined,
  'longest task, ms': undefined,
  'hover over 500 words, ms': 50,
  'hover over 500 words, ms at worst': undefined,
};
const HOVERS = 20;

/**
 * Runs before the page does: notes when the first word has its number and the frame that shows it is drawn, and what kept
 * the page from answering.
 */
function watch() {
  window.seen = { interactive: undefined, tasks: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.seen.tasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  const observer = new MutationObserver(() => {
    if (document.querySelector('.sentence .word') === null || document.querySelector('.sentence .marks text') === null)
      return;
    observer.disconnect();
    requestAnimationFrame(() =>
      setTimeout(() => {
        window.seen.interactive = performance.now();
      }),
    );
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** All that a visitor waits for and receives. */
function received() {
  const [page] = performance.getEntriesByType('navigation');
  const resources = performance.getEntriesByType('resource');
  const sum = (entries, member) => entries.reduce((total, entry) => total + entry[member], 0);
  const scripts = resources.filter(({ name }) => name.endsWith('.js'));
  return {
    'first paint, ms': performance.getEntriesByName('first-contentful-paint')[0].startTime,
    'interactive, ms': window.seen.interactive,
    'JavaScript, kB as sent': sum(scripts, 'encodedBodySize') / 1000,
    'all, kB as sent': sum([page, ...resources], 'transferSize') / 1000,
    requests: 1 + resources.length,
    'long tasks': window.seen.tasks.length,
    'longest task, ms': Math.max(0, ...window.seen.tasks),
  };
}

/** Asked from outside: what waits inside of the page would be a script of text, which its policy forbids. */
async function until(page, condition) {
  while (!(await page.evaluate(condition))) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function visit(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(url);
  await until(page, 'window.seen.interactive !== undefined');
  const figures = await page.evaluate(received);
  await context.close();
  return figures;
}

/** How long a word takes to be lit, from the pointer's event to the frame that shows it, in a sentence of 500. */
async function hovers(browser, url) {
  const text = Array.from({ length: 500 }, (_, i) => ['cat', 'sat', 'mat', 'king', 'red'][i % 5]).join(' ');
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}/#${new URLSearchParams({ text })}`);
  await until(page, 'document.querySelectorAll(".word").length === 500');
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => {
    window.hovers = [];
    document.addEventListener(
      'pointerover',
      ({ timeStamp }) =>
        requestAnimationFrame(() => setTimeout(() => window.hovers.push(performance.now() - timeStamp))),
      { capture: true },
    );
  });
  const words = await page.locator('.word').all();
  for (let i = 0; i < HOVERS; i++) {
    await words[3 * i].hover();
    await until(page, `window.hovers.length > ${i}`);
  }
  const took = await page.evaluate('window.hovers');
  await page.close();
  return took;
}

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const server = await startSpotlight();
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
const rounds = [];
// The first visit warms the server and the browser, and does not count.
await visit(browser, server.url);
for (let i = 0; i < Number(values.rounds); i++) rounds.push(await visit(browser, server.url));
const took = await hovers(browser, server.url);
await browser.close();
await server.stop();

const found = Object.fromEntries(
  Object.keys(rounds[0]).map((name) => [name, median(rounds.map((round) => round[name]))]),
);
found['hover over 500 words, ms'] = median(took);
found['hover over 500 words, ms at worst'] = quantile(took, 1);
const { cpu, cores, node } = machine();
console.log(`${cpu}, ${cores} cores, Node ${node}, Chromium; medians of ${rounds.length} rounds`);
printTable(
  ['the studio', 'found', 'promised'],
  Object.entries(MOST).map(([name, most]) => [name, found[name].toFixed(1), most === undefined ? '' : `≤ ${most}`]),
);
const broken = Object.entries(MOST).filter(([name, most]) => most !== undefined && !(found[name] <= most));
for (const [name] of broken) console.log(`not kept: ${name}`);
if (values.check && broken.length > 0) process.exitCode = 1;
