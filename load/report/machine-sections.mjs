// The sections of the report about the machine: the kernels against its limits, several cores, memory.
import { barChart, dotRows } from './bars.mjs';
import { linePlot, logDomain } from './lines.mjs';
import { figure, legendOf, section } from './sections.mjs';
import { readable } from './svg.mjs';

/** GFLOP/s over shapes, and over arithmetic intensity under the roof of the machine (Williams, Waterman, Patterson 2009). */
export function rooflineSection({ roofline: { shapes, peakGflops, readGigabytesPerSecond } }, colorOf) {
  const names = [...new Set(shapes.flatMap(({ gflops }) => Object.keys(gflops)))];
  const legend = legendOf(names.map((name) => ({ name, color: colorOf.get(name) })));
  const speeds = shapes.flatMap(({ gflops }) => Object.values(gflops));
  const most = Math.max(...speeds, peakGflops ?? 0);
  const over = dotRows({
    title: 'GFLOP/s over shapes',
    axis: 'GFLOP/s on one thread',
    kind: 'linear',
    domain: [0, most * 1.05],
    joined: false,
    limit: peakGflops && { value: peakGflops, text: `FMA peak ${readable(peakGflops)}` },
    rows: shapes.map(({ name, gflops }) => ({
      name,
      dots: names.map((one) => ({
        value: gflops[one],
        color: colorOf.get(one),
        tip: `${one} on ${name}: ${readable(gflops[one])} GFLOP/s`,
      })),
    })),
  });
  const placed = shapes.filter(({ intensity }) => intensity !== undefined);
  const domain = [0.05, 2000];
  const low = logDomain(speeds)[0];
  const lines = [];
  if (peakGflops) {
    const ridge = readGigabytesPerSecond ? peakGflops / readGigabytesPerSecond : domain[0];
    lines.push({
      from: [ridge, peakGflops],
      to: [domain[1], peakGflops],
      text: `FMA peak ${readable(peakGflops)} GFLOP/s`,
      atStart: true,
    });
    if (readGigabytesPerSecond) {
      const from = Math.max(domain[0], low / readGigabytesPerSecond);
      const text = `memory ${readable(readGigabytesPerSecond)} GB/s`;
      lines.push({ from: [from, from * readGigabytesPerSecond], to: [ridge, peakGflops], text });
    }
  }
  const roof = linePlot({
    title: 'roofline',
    x: { title: 'operations a byte of inputs and outputs', kind: 'log', domain },
    y: { title: 'GFLOP/s on one thread', kind: 'log', domain: [low, most * 2] },
    lines,
    series: names.map((name) => ({
      name,
      color: colorOf.get(name),
      line: false,
      points: placed.map(({ intensity, gflops }) => [intensity, gflops[name] ?? Number.NaN]),
    })),
  });
  const limits = peakGflops
    ? 'The dashed lines are the best that plain loops of multiply-adds, and of reading memory, reached in the same run.'
    : 'The FMA peak was not measured in this run: that takes the native kernel.';
  const about = `One thread, medians of interleaved rounds; operations are 4·H·Lq·Lk·D, under a causal mask those of visible keys alone. ${limits}`;
  return section('Kernels', about, figure('Speed over shapes', over, legend), figure('Roofline', roof, legend));
}

export function spreadSection({ spread: { title, kernel, oneMs, twoMs, ratio, pairs } }) {
  const rows = [
    { name: 'one worker', value: oneMs, color: '#f3b63f' },
    { name: 'two workers', value: twoMs, color: '#e08600', note: `${ratio.toFixed(2)}× faster` },
  ];
  const chart = barChart({ title: `${title} on one and two workers`, unit: 'ms a request, less is better', rows });
  const about = `One request of ${title} at a time with the ${kernel} kernel, alternating between a server with one worker and one with two; medians of ${pairs} pairs, from the client's clock.`;
  return section('One request on two cores', about, figure(title, chart));
}

export function memorySection({ burst, growth }) {
  const figures = [];
  const color = '#e08600';
  const { title, idle, tensorMb, runs } = burst;
  const shades = ['#e08600', '#f3b63f', '#c9ad80', '#2f6db5', '#4aa3a2'];
  const longest = Math.max(...runs.flatMap(({ samples }) => samples.map(({ ms }) => ms)));
  const allowed = idle + 3 * tensorMb;
  const high = Math.max(allowed, ...runs.map(({ peak }) => peak)) * 1.08;
  const level = (mb, text) => ({ from: [0, mb], to: [longest, mb], text });
  figures.push(
    figure(
      title,
      linePlot({
        title: `memory of ${title}`,
        x: { title: 'ms since the burst began', domain: [0, longest] },
        y: { title: 'resident memory, MB', domain: [0, high] },
        lines: [
          level(allowed, `promised: ${readable(allowed)} MB`),
          { ...level(idle + tensorMb, 'idle + inputs and outputs'), color: '#b9b1a3' },
        ],
        series: runs.map(({ samples }, run) => ({
          name: `burst ${run + 1}`,
          color: shades[run % shades.length],
          points: samples.map(({ ms, mb }) => [ms, mb]),
          dots: false,
        })),
      }),
      legendOf(runs.map((_, run) => ({ name: `burst ${run + 1}`, color: shades[run % shades.length] }))),
    ),
  );
  if (growth) {
    const most = Math.max(...growth.samples.map(({ requests }) => requests));
    figures.push(
      figure(
        'Over many requests',
        linePlot({
          title: 'memory over requests',
          x: { title: 'requests answered', domain: [0, most], format: (value) => value.toLocaleString('en') },
          y: { title: 'resident memory, MB', domain: [0, growth.peak * 1.15] },
          series: [
            { name: 'resident', color, points: growth.samples.map(({ requests, mb }) => [requests, mb]), dots: false },
          ],
        }),
      ),
    );
  }
  const grown = growth
    ? ` Right: mixed requests, some refused for a fault; over the last ${growth.requests.toLocaleString('en')} it changed by ${growth.grown.toFixed(1)} MB.`
    : '';
  const about = `Resident memory of the server process. Left: ${title}, whose inputs and outputs are ${readable(tensorMb)} MB; idle, the server has ${readable(idle)} MB.${grown}`;
  return section('Memory', about, ...figures);
}
