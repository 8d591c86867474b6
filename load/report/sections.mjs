// The sections of the report about HTTP: each takes its part of the figures and gives HTML.
import { PERCENTILES } from '../figures.mjs';
import { barChart, dotRows, shareChart } from './bars.mjs';
import { linePlot, logDomain } from './lines.mjs';
import { escaped, readable } from './svg.mjs';

export function section(title, about, ...figures) {
  return `<section><h2>${escaped(title)}</h2><p>${about}</p><div class="figures">${figures.join('')}</div></section>`;
}

export function figure(caption, svg, legend = '') {
  return `<figure><figcaption>${escaped(caption)}</figcaption>${legend}${svg}</figure>`;
}

export function legendOf(entries) {
  const items = entries.map(({ name, color, dash }) => {
    const line = dash ? `<i class="dash" style="border-color:${color}"></i>` : `<i style="background:${color}"></i>`;
    return `<span>${line}${escaped(name)}</span>`;
  });
  return `<div class="legend">${items.join('')}</div>`;
}

/** Requests a second and CPU time of every contender, one pair of bar charts a scenario. */
export function throughputSection({ closedLoop, settings, cores }, colorOf) {
  const charts = closedLoop.flatMap(({ title, contenders }) => {
    const [first] = contenders;
    const rows = (value, note) =>
      contenders.map((one) => ({ name: one.who, color: colorOf.get(one.who), value: value(one), note: note(one) }));
    const ratioOf = (one, ratio) => (one === first || !Number.isFinite(ratio) ? '' : `ours ${ratio.toFixed(2)}×`);
    return [
      figure(
        `${title}: throughput`,
        barChart({
          title: `${title}: requests a second`,
          unit: 'requests/s, more is better',
          rows: rows(
            (one) => one.requestsPerSecond,
            (one) => ratioOf(one, one.ratio),
          ),
        }),
      ),
      figure(
        `${title}: CPU time`,
        barChart({
          title: `${title}: CPU time`,
          unit: 'ms of CPU a request, all threads of the server; less is better',
          rows: rows(
            (one) => one.cpuMsPerRequest,
            (one) => (one === first || !one.cpuRatio ? '' : `${one.cpuRatio.toFixed(2)}× ours`),
          ),
        }),
      ),
    ];
  });
  const { connections, rounds, seconds } = settings;
  const about = `Closed loop: ${connections} connections, each asks again as soon as it is answered; medians of ${rounds} interleaved rounds of ${seconds} s. The load is made on the same ${cores} cores, which the servers share with it. Ratios are medians of the ratios within each round, to the first line. Each answer was compared with the plain formula in float64 right before the run that counts.`;
  return section('Throughput', about, ...charts);
}

/** Percentiles of every contender in the closed loop, and what the service says about where its time goes. */
export function latencySection({ closedLoop }, colorOf) {
  const charts = closedLoop.flatMap(({ title, contenders, phases }) => {
    const domain = logDomain(contenders.flatMap(({ percentiles }) => percentiles));
    const rows = contenders.map(({ who, percentiles }) => ({
      name: who,
      dots: percentiles.map((ms, at) => ({
        value: ms,
        color: colorOf.get(who),
        tip: `${who}, p${100 * PERCENTILES[at]}: ${readable(ms)} ms`,
      })),
    }));
    const axis = `ms: ${PERCENTILES.map((p) => `p${100 * p}`).join(', ')}`;
    const pieces = [
      { name: 'decode', color: '#2f6db5' },
      { name: 'queue', color: '#7b5ea7' },
      { name: 'compute', color: '#e08600' },
      { name: 'encode', color: '#4aa3a2' },
      { name: 'HTTP and the client', color: '#d8d2c6' },
    ];
    const shares = phases.map(({ who, decode, queue, compute, encode, rest }) => ({
      name: who,
      values: [decode, queue, compute, encode, rest],
    }));
    return [
      figure(
        `${title}: latency under the closed loop`,
        dotRows({ title: `${title}: latency`, axis, kind: 'log', domain, rows }),
      ),
      figure(
        `${title}: where the time of one request goes`,
        shareChart({ title: `${title}: phases`, unit: 'ms', pieces, rows: shares }),
        legendOf(pieces),
      ),
    ];
  });
  const about =
    'Left: dots from the median to the 99.9th percentile, from left to right. Right: one request at a time, by the Server-Timing header of the answer; medians.';
  return section('Latency', about, ...charts);
}

/** Throughput, refusals and latency over the arrival rate, and the spectrum of latencies before saturation. */
export function saturationSection({ saturation: { title, queue, curves } }, colorOf) {
  const all = curves.flatMap(({ points }) => points);
  const most = Math.max(...all.map(({ rate }) => rate));
  const x = { title: 'arrivals a second', domain: [0, most] };
  const each = (make) => curves.flatMap((curve) => make(curve, colorOf.get(curve.who)));
  const line = (name, color, points, y, dash) => ({
    name,
    color,
    dash,
    points: points.map((point) => [point.rate, y(point)]),
  });
  const back = linePlot({
    title: 'answers over arrivals',
    x,
    y: { title: 'answers a second', domain: [0, Math.max(...all.map(({ okPerSecond }) => okPerSecond)) * 1.15] },
    lines: [
      {
        from: [0, 0],
        to: [
          Math.max(...all.map(({ okPerSecond }) => okPerSecond)) * 1.1,
          Math.max(...all.map(({ okPerSecond }) => okPerSecond)) * 1.1,
        ],
        text: 'every arrival answered',
        color: '#b9b1a3',
      },
    ],
    series: each(({ who, points }, color) => [line(who, color, points, ({ okPerSecond }) => okPerSecond)]),
  });
  const late = linePlot({
    title: 'latency over arrivals',
    x,
    y: {
      title: 'ms from the scheduled arrival',
      kind: 'log',
      domain: logDomain(all.flatMap(({ p50, p99 }) => [p50, p99])),
    },
    series: each(({ who, points }, color) => [
      line(`${who}, p50`, color, points, ({ p50 }) => p50),
      line(`${who}, p99`, color, points, ({ p99 }) => p99, '5 4'),
    ]),
  });
  const lost = linePlot({
    title: 'not answered over arrivals',
    x,
    y: { title: '% of arrivals without an answer 200', domain: [0, 100] },
    series: each(({ who, points }, color) => [
      line(`${who}, 503`, color, points, (point) => (100 * point.refused) / (point.rate * point.seconds)),
      line(
        `${who}, failed or not sent`,
        color,
        points,
        (point) => (100 * (point.failed + point.unsent)) / (point.rate * point.seconds),
        '2 3',
      ),
    ]),
  });
  const spectrum = linePlot({
    title: 'spectrum of latencies',
    x: { title: 'percentile', kind: 'log', domain: [1, 1000], at: [1, 2, 4, 10, 20, 100, 1000], format: percentileOf },
    y: {
      title: 'ms from the scheduled arrival',
      kind: 'log',
      domain: logDomain(each(({ spectrum: { points } }) => points.map(({ ms }) => ms))),
    },
    series: each(({ who, spectrum: { points } }, color) => [
      { name: who, color, points: points.map(({ p, ms }) => [1 / (1 - p), ms]) },
    ]),
  });
  const names = each(({ who }, color) => [{ name: who, color }]);
  const { load } = curves[0].spectrum;
  const about = `Open loop, ${title}: requests arrive evenly spaced, answered or not, and latency counts from the scheduled arrival, so that no wait is hidden. Rates go up to twice what each server reached in a closed loop. The service runs with MAX_QUEUE=${queue}: beyond it, it refuses with 503 instead of letting everyone wait.`;
  const dashed = (text, style) => ({ name: text, color: '#80786b', dash: style });
  return section(
    'Saturation',
    about,
    figure('What comes back', back, legendOf(names)),
    figure('How late it comes back', late, legendOf([...names, dashed('p99 (solid: p50)', true)])),
    figure('What does not come back', lost, legendOf([...names, dashed('failed or not sent (solid: 503)', true)])),
    figure(`Latencies at ${Math.round(100 * load)} % of each one's capacity`, spectrum, legendOf(names)),
  );
}

const percentileOf = (odds) => `p${Number((100 * (1 - 1 / odds)).toFixed(2))}`;
