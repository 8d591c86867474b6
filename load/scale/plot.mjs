// Curves on two logarithmic axes, as SVG: few enough that no library is needed.

const [WIDTH, HEIGHT] = [720, 420];
const BOX = { left: 70, right: WIDTH - 270, top: 36, bottom: HEIGHT - 50 };
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00'];
const GREY = '#888';

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const round = (number) => Math.round(10 * number) / 10;

/** Where a value stands between two ends of an axis. */
const along = (value, [least, most], [from, to]) =>
  from + ((to - from) * Math.log(value / least)) / Math.log(most / least);

/** Powers of ten around all values. */
function around(values) {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(Math.log10);
  return [10 ** Math.floor(least), 10 ** Math.ceil(most)];
}

function* powers([least, most]) {
  for (let power = least; power <= most * 1.001; power *= 10) yield power;
}

const text = (x, y, words, more = '') =>
  `<text x="${round(x)}" y="${round(y)}" font-size="12" fill="${GREY}" ${more}>${escaped(words)}</text>`;

/**
 * @param {{ title: string, x: string, y: string, curves: { name: string, points: [number, number][] }[] }} plot
 * @returns {string} an SVG document, readable on light and dark
 */
export function plotted({ title, x, y, curves }) {
  const all = curves.flatMap(({ points }) => points);
  const [xs, ys] = [0, 1].map((axis) => around(all.map((point) => point[axis])));
  const atX = (value) => along(value, xs, [BOX.left, BOX.right]);
  const atY = (value) => along(value, ys, [BOX.bottom, BOX.top]);
  const line = (x1, y1, x2, y2) =>
    `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${GREY}" stroke-opacity="0.3"/>`;
  const grid = [
    ...Array.from(powers(xs), (power) => [
      line(atX(power), BOX.top, atX(power), BOX.bottom),
      text(atX(power), BOX.bottom + 18, power.toLocaleString('en'), 'text-anchor="middle"'),
    ]),
    ...Array.from(powers(ys), (power) => [
      line(BOX.left, atY(power), BOX.right, atY(power)),
      text(BOX.left - 8, atY(power) + 4, power.toLocaleString('en'), 'text-anchor="end"'),
    ]),
  ].flat();
  const drawn = curves.map(({ name, points }, i) => {
    const path = points.map(([px, py]) => `${round(atX(px))},${round(atY(py))}`).join(' ');
    const color = COLORS[i % COLORS.length];
    const [, last] = points.at(-1);
    return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>
<text x="${BOX.right + 10}" y="${round(atY(last) + 4)}" font-size="12" fill="${color}">${escaped(name)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" role="img">
<title>${escaped(title)}</title>
${[...grid, ...drawn].join('\n')}
${text((BOX.left + BOX.right) / 2, HEIGHT - 12, x, 'text-anchor="middle"')}
${text(14, BOX.top - 20, y)}
</svg>
`;
}
