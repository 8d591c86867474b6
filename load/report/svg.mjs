// The pieces that every plot is made of: elements as text, colors, numbers as a reader wants them.

export const colors = {
  ink: '#26221c',
  muted: '#80786b',
  grid: '#e9e4da',
  limit: '#b3261e',
};

/** Ours in the colors of light, others in cool ones; distinguishable without seeing red and green apart. */
const OURS = ['#e08600', '#f3b63f', '#c9ad80'];
const OTHERS = ['#2f6db5', '#4aa3a2', '#8f97a3', '#7b5ea7'];

/** A color for each name, the same in every plot of the page. */
export function palette(names) {
  const isOurs = (name) => /^(spotlight|native|wasm|reference)/.test(name);
  const of = (list, shades) => list.map((name, at) => [name, shades[at % shades.length]]);
  return new Map([
    ...of(names.filter(isOurs), OURS),
    ...of(
      names.filter((name) => !isOurs(name)),
      OTHERS,
    ),
  ]);
}

export function escaped(text) {
  return String(text).replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);
}

/** An element with attributes and children that are SVG already. */
export function tag(name, attributes, ...children) {
  const text = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? Number(value.toFixed(2)) : escaped(value)}"`)
    .join('');
  return children.length === 0 ? `<${name}${text}/>` : `<${name}${text}>${children.join('')}</${name}>`;
}

/** Text at a place; `anchor` is start, middle or end. */
export function label(x, y, text, { anchor = 'start', color = colors.ink, size = 12, weight, rotate } = {}) {
  const transform = rotate === undefined ? undefined : `rotate(${rotate} ${x.toFixed(1)} ${y.toFixed(1)})`;
  const attributes = { x, y, fill: color, 'font-size': size, 'text-anchor': anchor, 'font-weight': weight, transform };
  return tag('text', attributes, escaped(text));
}

/** Three significant digits, thousands apart: 12,345 · 123 · 1.23 · 0.0123. */
export function readable(value) {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 6), minimumFractionDigits: 0 });
}

export function picture(width, height, title, ...children) {
  const view = { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': title };
  return tag('svg', { xmlns: 'http://www.w3.org/2000/svg', ...view }, ...children);
}
