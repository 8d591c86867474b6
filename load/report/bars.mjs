// Horizontal bars, one a row, plain or in pieces; and rows of dots on one axis.
import { scaleLinear, scaleLog } from 'd3-scale';
import { colors, label, picture, readable, tag } from './svg.mjs';

const ROW = 26;
const LABEL_WIDTH = 190;
const VALUE_WIDTH = 118;

/**
 * @param {{ title: string, unit: string, width?: number, rows: { name: string, value: number | undefined, color: string,
 *   note?: string }[] }} chart `note` stands behind the value
 * @returns {string} SVG
 */
export function barChart({ title, unit, rows, width = 520 }) {
  const most = Math.max(...rows.map(({ value }) => value ?? 0), Number.MIN_VALUE);
  const along = scaleLinear([0, most], [0, width - LABEL_WIDTH - VALUE_WIDTH]);
  const parts = rows.map(({ name, value, color, note }, row) => {
    const y = row * ROW;
    const length = along(value ?? 0);
    const number = label(LABEL_WIDTH + length + 6, y + 17, readable(value), { size: 12, weight: 600 });
    const behind = LABEL_WIDTH + length + 12 + 7.2 * readable(value).length;
    return [
      label(LABEL_WIDTH - 8, y + 17, name, { anchor: 'end', size: 12 }),
      tag('rect', { x: LABEL_WIDTH, y: y + 4, width: Math.max(1, length), height: ROW - 8, rx: 3, fill: color }),
      number,
      note ? label(behind, y + 17, note, { color: colors.muted, size: 11 }) : '',
    ].join('');
  });
  const height = rows.length * ROW + 18;
  parts.push(label(LABEL_WIDTH, height - 2, unit, { color: colors.muted, size: 11 }));
  return picture(width, height, title, ...parts);
}

/**
 * @param {{ title: string, unit: string, width?: number, pieces: { name: string, color: string }[],
 *   rows: { name: string, values: number[] }[] }} chart each row on a scale of its own: it shows shares, and says the sum
 * @returns {string} SVG
 */
export function shareChart({ title, unit, pieces, rows, width = 520 }) {
  const inner = width - LABEL_WIDTH - VALUE_WIDTH;
  const parts = rows.map(({ name, values }, row) => {
    const y = row * ROW;
    const sum = values.reduce((a, b) => a + b, 0);
    let x = LABEL_WIDTH;
    const bar = values.map((value, piece) => {
      const length = sum === 0 ? 0 : (inner * value) / sum;
      const tip = tag('title', {}, `${pieces[piece].name}: ${readable(value)} ms`);
      const rect = tag('rect', { x, y: y + 4, width: length, height: ROW - 8, fill: pieces[piece].color }, tip);
      x += length;
      return rect;
    });
    const total = label(LABEL_WIDTH + inner + 6, y + 17, `${readable(sum)} ${unit}`, { size: 12, weight: 600 });
    return [label(LABEL_WIDTH - 8, y + 17, name, { anchor: 'end', size: 12 }), ...bar, total].join('');
  });
  return picture(width, rows.length * ROW + 4, title, ...parts);
}

/**
 * Rows of dots joined by a line, on one axis for all: percentiles of a latency, kernels on a shape.
 * @param {{ title: string, axis: string, kind: 'linear' | 'log', domain: [number, number], width?: number, joined?: boolean,
 *   limit?: { value: number, text: string }, rows: { name: string, dots: { value: number, color: string, tip: string }[] }[] }} chart
 * @returns {string} SVG
 */
export function dotRows({ title, axis, kind, domain, rows, limit, joined = true, width = 520 }) {
  const top = limit ? 20 : 4;
  const bottom = top + rows.length * ROW;
  const along = (kind === 'log' ? scaleLog() : scaleLinear())
    .domain(domain)
    .range([LABEL_WIDTH, width - 20])
    .clamp(true);
  const parts = [];
  const ticks =
    kind === 'log' ? along.ticks(4).filter((value) => /^[125]/.test(value.toExponential())) : along.ticks(6);
  for (const value of ticks) {
    parts.push(tag('line', { x1: along(value), x2: along(value), y1: top, y2: bottom, stroke: colors.grid }));
    parts.push(label(along(value), bottom + 16, readable(value), { anchor: 'middle', color: colors.muted, size: 11 }));
  }
  rows.forEach(({ name, dots }, row) => {
    const y = top + row * ROW + ROW / 2;
    const there = dots.filter(({ value }) => Number.isFinite(value) && value > 0);
    parts.push(label(LABEL_WIDTH - 8, y + 4, name, { anchor: 'end', size: 12 }));
    if (joined && there.length > 1) {
      const ends = { x1: along(there[0].value), x2: along(there.at(-1).value), y1: y, y2: y };
      parts.push(tag('line', { ...ends, stroke: there[0].color, 'stroke-width': 3, 'stroke-opacity': 0.35 }));
    }
    for (const { value, color, tip } of there) {
      const dot = { cx: along(value), cy: y, r: 5, fill: color, stroke: '#fff', 'stroke-width': 1 };
      parts.push(tag('circle', dot, tag('title', {}, tip)));
    }
  });
  if (limit) {
    const x = along(limit.value);
    const stroke = { stroke: colors.limit, 'stroke-width': 1.5, 'stroke-dasharray': '6 4' };
    parts.push(tag('line', { x1: x, x2: x, y1: top - 4, y2: bottom, ...stroke }));
    parts.push(label(x - 4, top - 6, limit.text, { anchor: 'end', color: colors.limit, size: 11 }));
  }
  parts.push(label((LABEL_WIDTH + width - 20) / 2, bottom + 34, axis, { anchor: 'middle', size: 12 }));
  return picture(width, bottom + 40, title, ...parts);
}
