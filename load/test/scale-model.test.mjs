import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { solved } from '../scale/network.mjs';
import { COSTS, foreseen, plotOf, tableOf, turningPoint } from '../scale-model.mjs';

describe('a closed network', () => {
  it('has the throughput of its only station', () => {
    expect(solved([{ ms: 5, servers: 1 }], 7).perSecond).toBeCloseTo(200, 9);
  });

  // Reiser and Lavenberg: K customers in M equal stations of demand D do K / (D · (K + M − 1)).
  it.each([
    [1, 3, 3],
    [4, 2, 10],
    [20, 5, 1],
  ])('of equal stations does what the formula says: %i customers, %i stations of %i ms', (customers, count, ms) => {
    const { perSecond } = solved(
      Array.from({ length: count }, () => ({ ms, servers: 1 })),
      customers,
    );
    expect(perSecond).toBeCloseTo((1000 * customers) / (ms * (customers + count - 1)), 9);
  });

  it('of one customer takes the sum of all times, however many servers there are', () => {
    expect(
      solved(
        [
          { ms: 6, servers: 3 },
          { ms: 4, servers: 1 },
        ],
        1,
      ).perSecond,
    ).toBeCloseTo(100, 9);
  });

  it('never does more than its fullest station can', () => {
    const { perSecond, uses } = solved(
      [
        { ms: 8, servers: 4 },
        { ms: 1, servers: 1 },
      ],
      1000,
    );
    // 4 servers of 8 ms do 500 a second.
    expect(perSecond).toBeLessThanOrEqual(500);
    expect(perSecond).toBeGreaterThan(495);
    expect(uses[1]).toBeCloseTo(perSecond / 1000, 9);
  });
});

describe('what is foreseen', () => {
  const scenario = {
    gatewayMs: 0.5,
    replicaMs: 10,
    redisMs: 0,
    redisBytes: 0,
    bytesIn: 1000,
    bytesOut: 1000,
    redisCommandMs: 0.01,
  };

  it('grows with the replicas until the gateway is full', () => {
    // Two cores of 10 ms do 200 a second; four cores of 0.5 ms do 8,000, which is what 40 such replicas do.
    expect(foreseen(scenario, 10).perSecond).toBeGreaterThan(1800);
    expect(foreseen(scenario, 100).perSecond).toBeLessThanOrEqual(8000);
    const end = turningPoint(scenario);
    expect(end.busiest).toBe('gateway');
    expect(end.replicas).toBeGreaterThanOrEqual(38);
    expect(end.replicas).toBeLessThan(50);
  });

  it('ends at Redis, or at the network, where these have more to do', () => {
    expect(turningPoint({ ...scenario, redisMs: 1 })?.busiest).toBe('Redis');
    expect(turningPoint({ ...scenario, bytesIn: 1e6 })?.busiest).toBe('network');
    expect(turningPoint({ ...scenario, redisBytes: 1e6 })?.busiest).toBe('its network');
    expect(turningPoint({ ...scenario, gatewayMs: 0.01 })).toBeUndefined();
  });
});

describe('docs/scale.md', () => {
  const costs = JSON.parse(readFileSync(COSTS, 'utf8'));
  const read = (name) => readFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), 'utf8');

  it('has the table and the plot of the costs that were measured', () => {
    expect(
      read('scale.md')
        .split(/<!-- \/?scale -->/)[1]
        .trim(),
    ).toBe(tableOf(costs));
    expect(read('images/scale.svg')).toBe(plotOf(costs));
  });

  it('says how many times the work of one replica four do, as it was measured', () => {
    expect(read('scale.md')).toContain(`${costs.replicas.scaling.at(-1).toFixed(2)} times`);
  });
});
