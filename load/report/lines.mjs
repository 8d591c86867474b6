// Lines and dots over two axes, each linear or logarithmic.
import { scaleLinear, scaleLog } from 'd3-scale';
import { colors, label, picture, readable, tag } from './svg.mjs';

const MARGIN = { top: 14, right: 24, bottom: 46, left: 64 };

/**
 * @typedef {object} Axis
 * @property {string} title with its unit
 * @property {[number, number]} domain
 * @property {'linear' | 'log'} [kind]
 * @property {number[]} [at] where the ticks stand, otherwise chosen
 * @property {(value: number) => string} [format]
 *
 * @typedef {object} Series
 * @property {string} name
 * @property {string} color
 * @property {[number, number][]} points those that are not finite, or do not fit a logarithm, are left out
 * @property {string} [dash] of the line
 * @property {boolean} [dots] whether points are drawn (default), each with its value as a tooltip
 * @property {boolean} [line] whether they are joined (default)
 */

/**
 * @param {{ title: string, x: Axis, y: Axis, series: Series[], width?: number, height?: number,
 *   lines?: { from: [number, number], to: [number, number], text: string, color?: string, atStart?: boolean }[] }} plot `lines` are limits
 * @returns {string} SVG
 */
export function linePlot({ title, x, y, series, lines = [], width = 520, height = 300 }) {
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const along = scaleOf(x, [MARGIN.left, right]);
  const up = scaleOf(y, [bottom, MARGIN.top]);
  const fits = ([a, b]) =>
    [
      [a, x],
      [b, y],
    ].every(([value, axis]) => Number.isFinite(value) && (axis.kind !== 'log' || value > 0));
  const parts = [axes({ x, y, along, up, right, bottom })];
  for (const { from, to, text, color = colors.limit, atStart } of lines) {
    const at = { x1: along(from[0]), y1: up(from[1]), x2: along(to[0]), y2: up(to[1]) };
    parts.push(tag('line', { ...at, stroke: color, 'stroke-width': 1.5, 'stroke-dasharray': '6 4' }));
    const slope = (Math.atan2(at.y2 - at.y1, at.x2 - at.x1) * 180) / Math.PI;
    const flat = Math.abs(slope) < 1;
    const end = atStart ? [at.x1 + 4, at.y1 - 6] : [at.x2 - 4, at.y2 - 6];
    const beside = [at.x1 + 0.6 * (at.x2 - at.x1), at.y1 + 0.6 * (at.y2 - at.y1) - 6];
    const anchor = flat ? (atStart ? 'start' : 'end') : 'middle';
    parts.push(label(...(flat ? end : beside), text, { anchor, color, size: 11, rotate: flat ? undefined : slope }));
  }
  for (const { name, color, points, dash, dots = true, line = true } of series) {
    const places = points.filter(fits).map(([a, b]) => ({ a, b, x: along(a), y: up(b) }));
    const path = places.map((place) => `${place.x.toFixed(1)},${place.y.toFixed(1)}`).join(' ');
    if (line) {
      const stroke = { stroke: color, 'stroke-width': 2, 'stroke-dasharray': dash, 'stroke-linejoin': 'round' };
      parts.push(tag('polyline', { points: path, fill: 'none', ...stroke }));
    }
    if (!dots) continue;
    for (const place of places) {
      const tip = `${name}: ${readable(place.b)} at ${readable(place.a)}`;
      const dot = { cx: place.x, cy: place.y, r: 3.5, fill: color, stroke: '#fff', 'stroke-width': 1 };
      parts.push(tag('circle', dot, tag('title', {}, tip)));
    }
  }
  return picture(width, height, title, ...parts);
}

function scaleOf({ domain, kind = 'linear' }, range) {
  const scale = kind === 'log' ? scaleLog() : scaleLinear();
  return scale.domain(domain).range(range).clamp(true);
}

function axes({ x, y, along, up, right, bottom }) {
  const parts = [];
  for (const value of ticksOf(x, along)) {
    const at = along(value);
    parts.push(tag('line', { x1: at, x2: at, y1: MARGIN.top, y2: bottom, stroke: colors.grid }));
    const text = (x.format ?? readable)(value);
    parts.push(label(at, bottom + 17, text, { anchor: 'middle', color: colors.muted, size: 11 }));
  }
  for (const value of ticksOf(y, up)) {
    const at = up(value);
    parts.push(tag('line', { x1: MARGIN.left, x2: right, y1: at, y2: at, stroke: colors.grid }));
    const text = (y.format ?? readable)(value);
    parts.push(label(MARGIN.left - 8, at + 4, text, { anchor: 'end', color: colors.muted, size: 11 }));
  }
  parts.push(tag('line', { x1: MARGIN.left, x2: right, y1: bottom, y2: bottom, stroke: colors.muted }));
  parts.push(label((MARGIN.left + right) / 2, bottom + 38, x.title, { anchor: 'middle', size: 12 }));
  parts.push(label(16, (MARGIN.top + bottom) / 2, y.title, { anchor: 'middle', size: 12, rotate: -90 }));
  return parts.join('');
}

/** On a logarithmic axis the powers of ten, with 2 and 5 between them where there is room. */
function ticksOf({ kind, domain: [from, to], at }, scale) {
  if (at) return at;
  if (kind !== 'log') return scale.ticks(5);
  const steps = Math.log10(to / from) > 2.5 ? [1] : [1, 2, 5];
  const ticks = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
    ticks.push(...steps.map((step) => step * 10 ** power));
  }
  return ticks.filter((value) => value >= from * 0.999 && value <= to * 1.001);
}

/** A domain around all values, on a logarithmic axis at least one decade long. */
export function logDomain(values) {
  const usable = values.filter((value) => Number.isFinite(value) && value > 0);
  if (usable.length === 0) return [0.1, 10];
  const low = Math.min(...usable) / 1.3;
  return [low, Math.max(Math.max(...usable) * 1.3, low * 10)];
}
