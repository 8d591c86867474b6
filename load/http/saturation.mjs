// The saturation curve: what comes back, and how late, as the arrival rate grows up to and beyond what the server can do.
import { quantile } from '../figures.mjs';
import { progress } from '../progress.mjs';
import { shoot } from './closed-loop.mjs';
import { openLoop } from './open-loop.mjs';
import { askOnce } from './scenarios.mjs';

/** Arrival rates as shares of what the closed loop reached. */
export const LOADS = [0.1, 0.25, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2];
export const QUICK_LOADS = [0.25, 0.5, 0.8, 1, 1.5];
/** The spectrum of latencies is kept at this load: busy, and not yet saturated. */
const SPECTRUM_LOAD = 0.7;
const SPECTRUM = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];
const CAPACITY_CONNECTIONS = 16;

/**
 * For each running contender: its capacity in a closed loop, then open loops at shares of it, the contenders taking turns.
 * @returns {Promise<{ who: string, capacity: number, points: object[], spectrum: object }[]>}
 */
export async function saturation(running, scenario, { loads, seconds }) {
  const curves = [];
  for (const contender of running) {
    const asked = scenario.asked(contender.dialect);
    progress(`saturation: capacity of ${contender.name}`);
    await askOnce(contender.url, asked);
    const at = { connections: CAPACITY_CONNECTIONS, seconds: Math.max(1, seconds / 2) };
    await shoot(contender, asked, at);
    const { requestsPerSecond } = await shoot(contender, asked, at);
    curves.push({ contender, asked, capacity: requestsPerSecond, points: [], spectrum: undefined });
  }
  const spectrumLoad = loads.reduce((best, load) =>
    Math.abs(load - SPECTRUM_LOAD) < Math.abs(best - SPECTRUM_LOAD) ? load : best,
  );
  for (const load of loads) {
    for (const curve of curves) {
      const { contender, asked, capacity } = curve;
      progress(`saturation: ${contender.name} at ${load} of ${capacity.toFixed(0)} requests/s`);
      await askOnce(contender.url, asked);
      const { port } = new URL(contender.url);
      const { latencies, late, ...run } = await openLoop({ port, ...asked, rate: load * capacity, seconds });
      curve.points.push({
        load,
        ...run,
        p50: quantile(latencies, 0.5),
        p90: quantile(latencies, 0.9),
        p99: quantile(latencies, 0.99),
        lateP50: quantile(late, 0.5),
        lateP99: quantile(late, 0.99),
      });
      if (load === spectrumLoad) {
        curve.spectrum = { load, points: SPECTRUM.map((p) => ({ p, ms: quantile(latencies, p) })) };
      }
    }
  }
  return curves.map(({ contender, capacity, points, spectrum }) => ({
    who: contender.name,
    capacity,
    points,
    spectrum,
  }));
}
