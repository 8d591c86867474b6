// A matrix of 4,096 × 4,096 in the studio: when its first picture is there, how many frames a second it is moved and zoomed with,
// what the page's memory is, and what tiny requests of others wait meanwhile. `--check` ends with 1 when a promise is not kept.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { machine, median, printTable, quantile } from './figures.mjs';
import { startSpotlight } from './server.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    size: { type: 'string', default: '4096' },
    check: { type: 'boolean' },
  },
});

/** Of the software rendering of headless Chromium; where there is a graphics card, 50. */
const LEAST_FRAMES = 20;
const MOST = { 'first picture, ms': 1500, 'memory of the page, MB': 400, 'tiny requests, p99 ms': 25 };
const MOVES = 120;
const TINY_EVERY_MS = 20;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs before the page does: when cells are drawn first. */
function watch() {
  window.seen = { picture: undefined };
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...all) {
    if (window.seen.picture === undefined && all[0] instanceof OffscreenCanvas) window.seen.picture = performance.now();
    return draw.apply(this, all);
  };
}

/** Frames a second while the wheel or a drag goes on, each step of which waits for the frame before. */
async function framesOf(page, step) {
  await page.evaluate(() => {
    window.frames_ = 0;
    window.isCounting = true;
    const count = () => {
      window.frames_++;
      if (window.isCounting) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  const begun = performance.now();
  for (let i = 0; i < MOVES; i++) await step(i);
  const seconds = (performance.now() - begun) / 1000;
  const frames = await page.evaluate(() => {
    window.isCounting = false;
    return window.frames_;
  });
  return frames / seconds;
}

/** Resident, of the process that draws the page and no other, in MB. */
function pageMemory(browserPid) {
  const children = (pid) =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((one) => {
        try {
          return readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1].split(' ')[1] === String(pid);
        } catch {
          return false;
        }
      });
  const all = [String(browserPid)];
  for (let i = 0; i < all.length; i++) all.push(...children(all[i]));
  return all
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer'))
    .map((pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000)
    .reduce((most, mb) => Math.max(most, mb), 0);
}

/** What tiny requests of somebody else wait, until it is over. */
async function tiny(url, isOver, waits) {
  const rows = (count) => Array.from({ length: count }, (_, i) => [Math.sin(i), Math.cos(i), 1, 0]);
  const body = JSON.stringify({ query: rows(8), key: rows(8), value: rows(8) });
  while (!isOver()) {
    const begun = performance.now();
    const answer = await fetch(`${url}/attention`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    await answer.arrayBuffer();
    waits.push(performance.now() - begun);
    await pause(TINY_EVERY_MS);
  }
}

async function round(url) {
  const server = await chromium.launchServer({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
  const browser = await chromium.connect(server.wsEndpoint());
  let isOver = false;
  const waits = [];
  const others = tiny(url, () => isOver, waits);
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await page.addInitScript(watch);
    await page.goto(`${url}/#view=matrix&matrix=made+${values.size}+pattern+0+0+max+log`);
    while ((await page.evaluate('window.seen.picture')) === undefined) await pause(10);
    const first = await page.evaluate('window.seen.picture');
    const { x, y, width, height } = await page.locator('#matrix').boundingBox();
    const [middleX, middleY] = [x + width / 2, y + height / 2];
    await page.mouse.move(middleX, middleY);
    const zoom = await framesOf(page, (i) => page.mouse.wheel(0, i < MOVES / 2 ? -100 : 80));
    await page.mouse.wheel(0, -600);
    await page.mouse.down();
    const move = await framesOf(page, (i) =>
      page.mouse.move(middleX + 200 * Math.sin(i / 9), middleY + 150 * Math.cos(i / 7)),
    );
    await page.mouse.up();
    return {
      'first picture, ms': first,
      'frames/s, zooming': zoom,
      'frames/s, moving': move,
      'memory of the page, MB': pageMemory(server.process().pid),
      'tiny requests, p99 ms': quantile(
        [...waits].sort((a, b) => a - b),
        0.99,
      ),
    };
  } finally {
    isOver = true;
    await others;
    await browser.close();
    await server.close();
  }
}

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (executablePath === undefined) {
  console.log('needs chromium (apt-get install chromium)');
  process.exit(0);
}
const spotlight = await startSpotlight({ LOG_LEVEL: 'warn' });
const rounds = [];
try {
  for (let i = 0; i < Number(values.rounds); i++) rounds.push(await round(spotlight.url));
} finally {
  await spotlight.stop();
}
const { cpu, cores, node } = machine();
console.log(`${cores} × ${cpu}, Node ${node}; ${values.size} × ${values.size}, medians of ${rounds.length} rounds\n`);
let kept = true;
printTable(
  ['', 'median', 'worst', 'promised'],
  Object.keys(rounds[0]).map((name) => {
    const all = rounds.map((one) => one[name]);
    const isRate = name.startsWith('frames');
    const middle = median(all);
    kept &&= isRate ? middle >= LEAST_FRAMES : middle <= MOST[name];
    const promised = isRate ? `≥ ${LEAST_FRAMES}` : `≤ ${MOST[name]}`;
    return [name, middle.toFixed(0), (isRate ? Math.min(...all) : Math.max(...all)).toFixed(0), promised];
  }),
);
console.log(kept ? '\nkept' : '\nNOT KEPT');
if (values.check && !kept) process.exitCode = 1;
