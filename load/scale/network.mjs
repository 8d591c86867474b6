// A closed network of queues, solved exactly by mean value analysis (Reiser and Lavenberg, 1980): pure arithmetic.

/**
 * Requests a second of so many customers, each of which asks again when it is answered.
 * @param {{ ms: number, servers: number }[]} stations what one request costs each, in ms of one server of it; several servers
 *   are one that is as many times as fast, and a delay for the rest (Seidmann, 1987)
 * @param {number} customers at least 1
 * @returns {{ perSecond: number, uses: number[] }} `uses`: the part of each station that works
 */
export function solved(stations, customers) {
  const demands = stations.map(({ ms, servers }) => ms / servers);
  const delay = stations.reduce((sum, { ms, servers }) => sum + (ms * (servers - 1)) / servers, 0);
  let waiting = stations.map(() => 0);
  let perMs = 0;
  for (let n = 1; n <= customers; n++) {
    const times = demands.map((demand, i) => demand * (1 + waiting[i]));
    perMs = n / (delay + times.reduce((sum, one) => sum + one, 0));
    waiting = times.map((one) => perMs * one);
  }
  return { perSecond: 1000 * perMs, uses: demands.map((demand) => perMs * demand) };
}
