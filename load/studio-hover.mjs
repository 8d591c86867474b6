// How soon the sentence view answers the pointer, at 500 words: from the event until the frame that shows it was painted.
// node load/studio-hover.mjs [http://127.0.0.1:8080] [words]
import { chromium } from 'playwright-core';

const [url = 'http://127.0.0.1:8080', count = '500'] = process.argv.slice(2);
const VOCABULARY =
  'the cat sat on mat while king and queen of a small country walked slowly to river where water was cold'.split(' ');
const HEADS = ['semantic', 'position', 'previous-token', 'same-token'];
const MOVES = 100;

const text = Array.from({ length: Number(count) }, (_, i) => VOCABULARY[(i * 7 + (i >> 3)) % VOCABULARY.length]).join(
  ' ',
);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });

for (const [name, heads, more] of [
  ['one head', HEADS.slice(0, 1), {}],
  ['one head, who reads it', HEADS.slice(0, 1), { direction: 'looked-at' }],
  ['four heads', HEADS, {}],
  ['four heads, even', HEADS, { temperature: '1' }],
]) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}/#${new URLSearchParams({ text, heads: heads.join(' '), locked: '0', ...more })}`);
  await page.waitForSelector('#matrix');
  await page.waitForTimeout(1000);
  const latencies = await page.evaluate(measure, MOVES);
  latencies.sort((a, b) => a - b);
  const at = (part) => latencies[Math.floor(part * (latencies.length - 1))].toFixed(1);
  console.log(`${name}: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, worst ${at(1)} ms`);
  await page.close();
}
await browser.close();

/** In the page: points at words all over the text, one after another. */
async function measure(moves) {
  const words = [...document.querySelectorAll('.word')];
  const painted = () =>
    new Promise((resolve) =>
      requestAnimationFrame(() => {
        // What is posted within a frame comes after it was painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(null);
      }),
    );
  const latencies = [];
  for (let i = 0; i < moves; i++) {
    await painted();
    const word = words[(i * 97 + 13) % words.length];
    const { left, top } = word.getBoundingClientRect();
    const at = { bubbles: true, pointerType: 'mouse', clientX: left + 2, clientY: top + 2 };
    const start = performance.now();
    word.dispatchEvent(new PointerEvent('pointerover', at));
    word.dispatchEvent(new PointerEvent('pointermove', at));
    await painted();
    latencies.push(performance.now() - start);
  }
  return latencies;
}
