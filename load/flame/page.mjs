// The flame graphs of all threads on one HTML page that needs nothing else. A click on a frame makes it as wide as the page.
import { escaped, tag } from '../report/svg.mjs';

const ROW = 18;
const WIDTH = 1140;
/** Frames narrower than this, in shares of the whole, are not drawn: nobody could see them. */
const LEAST_SHARE = 0.0008;
const CHARACTER = 6.6;

/** Rooms by their color: a reader sees where time goes before reading a name. */
const rooms = [
  {
    name: 'kernels and plan',
    color: '#f2a93b',
    is: (place, name) => /^dist\/(kernels|attention|tensor)|^wasm/.test(place) || /^wasm|native/.test(name),
  },
  { name: 'codec', color: '#86add9', is: (place) => /^dist\/codec/.test(place) },
  { name: 'workers', color: '#b39bd1', is: (place) => /^dist\/workers|^piscina/.test(place) },
  { name: 'http and the rest of the service', color: '#83c5c2', is: (place) => /^dist\//.test(place) },
  { name: 'packages', color: '#b5cbb2', is: (place) => place !== '' && !/^node:/.test(place) },
  { name: 'Node', color: '#c3bcae', is: (place) => /^node:/.test(place) },
  { name: 'garbage collector', color: '#e58f86', is: (_, name) => name === '(garbage collector)' },
  { name: 'V8 and native code', color: '#dcd6ca', is: () => true },
];

const colorOf = ({ place, name }) => rooms.find(({ is }) => is(place, name)).color;

/**
 * @param {{ title: string, about: string, threads: { name: string, root: import('./tree.mjs').Frame, idle: number,
 *   hottest: { name: string, place: string, self: number }[] }[] }} page times in microseconds
 * @returns {string} HTML
 */
export function flamePage({ title, about, threads }) {
  const legend = rooms.map(({ name, color }) => `<span><i style="background:${color}"></i>${escaped(name)}</span>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<main>
<header><h1>${escaped(title)}</h1><p>${escaped(about)}</p><div class="legend">${legend.join('')}</div></header>
${threads.map(threadSection).join('\n')}
</main>
<script>${SCRIPT}</script>
</html>
`;
}

function threadSection({ name, root, idle, hottest }) {
  const all = root.total + idle;
  const share = all === 0 ? 0 : (100 * root.total) / all;
  const rows = hottest.map(
    (one) =>
      `<tr><td><i style="background:${colorOf(one)}"></i>${escaped(one.name)}</td><td>${escaped(one.place)}</td><td class="number">${((100 * one.self) / root.total).toFixed(1)} %</td><td class="number">${(one.self / 1000).toFixed(0)} ms</td></tr>`,
  );
  const head = '<tr><th>function<th>place<th class="number">of its own<th class="number">time</tr>';
  const body =
    root.total === 0
      ? '<p>Nothing ran here.</p>'
      : `${flame(root)}<details><summary>The functions with the most time of their own</summary><table>${head}${rows.join('')}</table></details>`;
  return `<section><h2>${escaped(name)} <small>busy for ${(root.total / 1e6).toFixed(2)} s of ${(all / 1e6).toFixed(2)} s, ${share.toFixed(0)} %</small></h2>${body}</section>`;
}

function flame(root) {
  const frames = [];
  let depth = 0;
  const visit = (frame, from, level) => {
    const share = frame.total / root.total;
    if (share < LEAST_SHARE) return;
    depth = Math.max(depth, level);
    frames.push(frameBox(frame, { from, share, level }));
    let at = from;
    for (const child of frame.children) {
      visit(child, at, level + 1);
      at += child.total / root.total;
    }
  };
  visit(root, 0, 0);
  const height = (depth + 1) * ROW;
  return tag(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height },
    ...frames,
  );
}

function frameBox(frame, { from, share, level }) {
  const text = frame.name === '(root)' ? 'all' : frame.name;
  const width = WIDTH * share;
  const percent = `${(100 * share).toFixed(1)} %, ${(frame.total / 1000).toFixed(1)} ms`;
  const tip = `${text}${frame.place ? ` · ${frame.place}` : ''} — ${percent}, of its own ${(frame.self / 1000).toFixed(1)} ms`;
  const box = { x: WIDTH * from, y: level * ROW, width, height: ROW - 1, rx: 2, fill: colorOf(frame) };
  const place = { x: WIDTH * from + 4, y: level * ROW + 13 };
  return tag(
    'g',
    { 'data-from': from.toFixed(6), 'data-share': share.toFixed(6), 'data-level': String(level), 'data-name': text },
    tag('title', {}, escaped(tip)),
    tag('rect', box),
    tag('text', place, escaped(shortened(text, width))),
  );
}

function shortened(text, width) {
  const room = Math.floor((width - 6) / CHARACTER);
  if (text.length <= room) return text;
  return room < 3 ? '' : `${text.slice(0, room - 1)}…`;
}

const STYLE = `
:root { color-scheme: light; --ink: #26221c; --muted: #80786b; --line: #e9e4da }
body { margin: 0; background: #faf8f4; color: var(--ink); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif }
main { max-width: ${WIDTH + 40}px; margin: 0 auto; padding: 32px 20px }
header { border-top: 4px solid #e08600; padding-top: 14px }
h1 { font-size: 26px; margin: 0 } h2 { font-size: 17px; margin: 28px 0 8px }
header p { margin: 4px 0 10px; color: #5c554a; max-width: 95ch } small { color: var(--muted); font-weight: 400; font-size: 13px; margin-left: 6px }
svg { display: block; width: 100%; height: auto; background: #fff; border: 1px solid var(--line); border-radius: 6px }
svg g { cursor: pointer } svg g:hover rect { stroke: var(--ink) }
svg text { font: 11px ui-monospace, "DejaVu Sans Mono", monospace; pointer-events: none; fill: #1d1a15 }
.legend { display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 12px; color: #5c554a }
i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px }
details { margin-top: 8px } summary { cursor: pointer; color: var(--muted) }
table { border-collapse: collapse; font-size: 13px; margin-top: 6px } th { color: var(--muted); font-weight: 500 }
td, th { text-align: left; padding: 2px 14px 2px 0; border-bottom: 1px solid var(--line) } .number { text-align: right; font-variant-numeric: tabular-nums }
`;

/** Runs in the page: a click shows one frame as wide as the graph, with those that called it above and those it called below. */
const SCRIPT = `
for (const svg of document.querySelectorAll('svg')) {
  svg.addEventListener('click', (event) => {
    const clicked = event.target.closest('g');
    if (!clicked) return;
    const { from, share, level } = numbers(clicked);
    for (const frame of svg.querySelectorAll('g')) {
      const it = numbers(frame);
      const inside = it.level >= level && it.from >= from - 1e-6 && it.from + it.share <= from + share + 1e-6;
      const around = it.level < level && it.from <= from + 1e-6 && it.from + it.share >= from + share - 1e-6;
      frame.style.display = inside || around ? '' : 'none';
      const x = around ? 0 : ${WIDTH} * (it.from - from) / share;
      const width = around ? ${WIDTH} : ${WIDTH} * it.share / share;
      const [rect, text] = [frame.querySelector('rect'), frame.querySelector('text')];
      rect.setAttribute('x', x);
      rect.setAttribute('width', width);
      rect.style.opacity = around ? 0.5 : 1;
      text.setAttribute('x', x + 4);
      const room = Math.floor((width - 6) / ${CHARACTER});
      const name = frame.dataset.name;
      text.textContent = name.length <= room ? name : room < 3 ? '' : name.slice(0, room - 1) + '…';
    }
  });
}
function numbers({ dataset }) {
  return { from: Number(dataset.from), share: Number(dataset.share), level: Number(dataset.level) };
}
`;
