// The report: one HTML page that needs nothing else, light, readable on paper too.
import { memorySection, rooflineSection, spreadSection } from './machine-sections.mjs';
import { latencySection, saturationSection, throughputSection } from './sections.mjs';
import { escaped, palette } from './svg.mjs';

/** @param figures as load.mjs gathers them; parts that did not run are left out */
export function reportPage(figures) {
  const { closedLoop = [], saturation, roofline, spread, burst } = figures;
  const names = [
    ...closedLoop.flatMap(({ contenders }) => contenders.map(({ who }) => who)),
    ...(saturation?.curves.map(({ who }) => who) ?? []),
  ];
  const colorOf = palette([...new Set(names)]);
  const kernels = roofline ? [...new Set(roofline.shapes.flatMap(({ gflops }) => Object.keys(gflops)))] : [];
  // Slowest first in the benchmark; the fastest has the strongest color.
  const kernelColorOf = palette(kernels.toReversed());
  const sections = [
    promiseTable(figures),
    closedLoop.length > 0 && throughputSection(figures, colorOf),
    closedLoop.length > 0 && latencySection(figures, colorOf),
    saturation && saturationSection(figures, colorOf),
    roofline && rooflineSection(figures, kernelColorOf),
    spread && spreadSection(figures),
    burst && memorySection(figures),
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Spotlight under load</title>
<style>${STYLE}</style>
<main>
<header><h1>Spotlight under load</h1>${facts(figures)}</header>
${sections.filter(Boolean).join('\n')}
<footer>Compare within this page: absolute figures depend on the machine and on what else it does, ratios far less.</footer>
</main>
</html>
`;
}

function facts({ date, node, platform, cpu, cores, memoryGb, kernel, settings }) {
  const when = new Date(date).toUTCString().replace(/:\d\d GMT/, ' UTC');
  const all = [
    when,
    `${cores} cores, ${cpu}`,
    `${memoryGb} GB`,
    platform,
    `Node ${node}`,
    kernel,
    settings.quick && 'quick run',
  ];
  return `<p class="facts">${all
    .filter(Boolean)
    .map((fact) => `<span>${escaped(fact)}</span>`)
    .join('')}</p>`;
}

function promiseTable({ promises }) {
  const word = { true: ['kept', 'kept'], false: ['broken', 'not kept'], undefined: ['open', 'not measured'] };
  const rows = promises.map(({ what, found, promised, kept }) => {
    const [style, text] = word[kept];
    const cells = [escaped(what), found ?? '–', promised].map(
      (cell, at) => `<td${at > 0 ? ' class="number"' : ''}>${cell}</td>`,
    );
    return `<tr>${cells.join('')}<td><b class="${style}">${text}</b></td></tr>`;
  });
  const head = '<tr><th>what was promised<th class="number">found<th class="number">promised<th></tr>';
  return `<section><h2>Promises</h2><table>${head}${rows.join('')}</table></section>`;
}

const STYLE = `
:root { color-scheme: light; --ink: #26221c; --muted: #80786b; --line: #e9e4da; --light: #e08600 }
* { box-sizing: border-box }
body { margin: 0; background: #faf8f4; color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif }
main { max-width: 1180px; margin: 0 auto; padding: 40px 24px 64px }
header { border-top: 4px solid var(--light); padding-top: 18px }
h1 { font-size: 32px; line-height: 1.2; margin: 0 0 10px; letter-spacing: -.02em }
h2 { font-size: 21px; margin: 0 0 4px; letter-spacing: -.01em }
section { margin-top: 40px }
section > p { margin: 0 0 14px; max-width: 88ch; color: #5c554a }
.facts { display: flex; flex-wrap: wrap; gap: 6px; margin: 0; color: #5c554a; font-size: 13px }
.facts span { background: #fff; border: 1px solid var(--line); border-radius: 99px; padding: 2px 10px }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(520px, 100%), 1fr)); gap: 16px }
figure { margin: 0; background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px 12px; break-inside: avoid }
figcaption { font-weight: 600; font-size: 14px; margin-bottom: 8px }
svg { width: 100%; height: auto; display: block; max-width: 640px }
svg text { font-family: inherit; font-variant-numeric: tabular-nums }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 12px; color: #5c554a; margin-bottom: 8px }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 5px }
.legend i.dash { width: 16px; height: 0; border-top: 2px dashed; border-radius: 0; vertical-align: 3px }
table { border-collapse: collapse; background: #fff; border: 1px solid var(--line); border-radius: 10px; margin-top: 10px; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: 7px 16px; border-bottom: 1px solid var(--line) }
tr:last-child td { border-bottom: 0 }
th { color: var(--muted); font-size: 12px; font-weight: 500 }
.number { text-align: right }
td b { font-size: 12px; font-weight: 600; border-radius: 99px; padding: 2px 10px; white-space: nowrap }
.kept { background: #e3f1e6; color: #1c6b34 } .broken { background: #fbe3e0; color: #a1231b } .open { background: #efece5; color: #6b6459 }
footer { margin-top: 40px; color: var(--muted); font-size: 13px }
@media print { body { background: #fff } main { padding: 0 } }
`;
