// How long scrubbing a film of 3,000 steps waits, in Chromium, from the pointer to the painted frame: with `npm run build` done,
// node load/film.mjs. Frames that were never seen are sought in the stream, at once after the page is open; those that are
// kept come from the page. With --check it fails where a step comes later than 100 ms, the first while the page starts as well.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../', import.meta.url));
const LOADS = 12;
const SCRUBS = 10;
const KEPT_SCRUBS = 300;
const MOST_MS = 100;
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

const server = spawn(process.execPath, ['dist/main.js'], {
  cwd: root,
  env: { ...process.env, HOST: '127.0.0.1', PORT: '0', WORKERS: '1' },
});
const url = await new Promise((resolve) => {
  let log = '';
  server.stdout.on('data', (data) => {
    log += data;
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(log);
    if (found !== null && log.includes('ready')) resolve(found[0]);
  });
});

const text = Array.from({ length: 21 }, () => 'the cat sat on the mat').join(' ');
const heads = 'semantic+position+previous-token+same-token';
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });

/** Scrubs to `count` places at random; for each the ms until its frame is painted. */
const scrub = (count) =>
  page.evaluate(async (count) => {
    const track = document.querySelector('.track input');
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const waits = [];
    for (let i = 0; i < count; i++) {
      const to = 1 + Math.floor(Math.random() * Number(track.max));
      const begin = performance.now();
      track.value = String(to);
      track.dispatchEvent(new Event('input', { bubbles: true }));
      do await painted();
      while (document.querySelector('.film-head').dataset.step !== String(to));
      waits.push(performance.now() - begin);
    }
    return waits;
  }, count);

const isOpen = () => page.waitForSelector('.film-head[data-step]');
const unseen = [];
for (let i = 0; i < LOADS; i++) {
  await page.goto('about:blank');
  await page.goto(`${url}/#view=steps&detail=row&heads=${heads}&text=${encodeURIComponent(text)}`);
  await isOpen();
  unseen.push(await scrub(SCRUBS));
}
await page.waitForTimeout(5000);
const kept = await scrub(KEPT_SCRUBS);
const steps = await page.evaluate(() => document.querySelector('.track input').max);

const told = (waits) => {
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))].toFixed(1);
  return `median ${at(0.5)} ms, 95 of 100 ${at(0.95)} ms, worst ${at(1)} ms, of ${sorted.length}`;
};
console.log(`${steps} steps`);
console.log(`first after opening, not seen: ${told(unseen.map(([first]) => first))}`);
console.log(`the next ${SCRUBS - 1}:              ${told(unseen.flatMap((waits) => waits.slice(1)))}`);
console.log(`kept:                      ${told(kept)}`);
await browser.close();
server.kill('SIGTERM');
if (process.argv.includes('--check')) {
  const worst = {
    first: Math.max(...unseen.map(([first]) => first)),
    sought: Math.max(...unseen.flatMap((waits) => waits.slice(1))),
    kept: Math.max(...kept),
  };
  for (const [name, ms] of Object.entries(worst)) {
    if (ms <= MOST_MS) continue;
    console.error(`a ${name} step came after ${ms.toFixed(1)} ms, and ${MOST_MS} are allowed`);
    process.exitCode = 1;
  }
}
