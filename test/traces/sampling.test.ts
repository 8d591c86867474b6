import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { DecidedIds, Sampling } from '../../src/traces/sampling.ts';

const traceId = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 32, maxLength: 32 })
  .map((digits) => digits.join(''));
const sampling = (tracesSampler: ConstructorParameters<typeof Sampling>[0]['tracesSampler'], tracesSamplerRatio = 1) =>
  new Sampling({ tracesSampler, tracesSamplerRatio });
const PARENT_BASED = ['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const;

/** By https://opentelemetry.io/docs/specs/otel/trace/sdk/#built-in-samplers */
describe('what is recorded', () => {
  test.prop([traceId, fc.boolean()])('is all or nothing where it is said so', (traceId, isSampled) => {
    expect(sampling('always_on').records({ traceId, isSampled })).toBe(true);
    expect(sampling('always_off').records({ traceId, isSampled })).toBe(false);
  });

  test.prop([traceId, fc.boolean()])('is what the caller records, where that counts', (traceId, isSampled) => {
    for (const name of PARENT_BASED) expect(sampling(name, 0.5).records({ traceId, isSampled })).toBe(isSampled);
  });

  it('of requests without a caller is all, nothing or a part', () => {
    const traces = (...how: Parameters<typeof sampling>) => {
      const one = sampling(...how);
      return Array.from({ length: 4000 }, () => one.newTrace()).filter((id) => id !== undefined);
    };
    for (const parentBased of ['', 'parentbased_'] as const) {
      expect(traces(`${parentBased}always_on`)).toHaveLength(4000);
      expect(traces(`${parentBased}always_off`)).toHaveLength(0);
      // Seven standard deviations of 27.4 around a fourth.
      expect(Math.abs(traces(`${parentBased}traceidratio`, 0.25).length - 1000)).toBeLessThan(192);
    }
    expect(new Set(traces('always_on')).size).toBe(4000);
    for (const id of traces('always_on')) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  test.prop([fc.double({ min: 0.01, max: 1, noNaN: true })])(
    'of them has ids that every service with this ratio, or a higher one, records',
    (ratio) => {
      const one = sampling('traceidratio', ratio);
      for (let i = 0; i < 50; i++) {
        const id = one.newTrace();
        // The SDK decides here.
        if (id !== undefined) expect(one.recordsTrace(id)).toBe(true);
        if (id !== undefined) expect(sampling('traceidratio', (1 + ratio) / 2).recordsTrace(id)).toBe(true);
      }
    },
  );
});

describe('the id that was decided on', () => {
  it('is that of the next trace, and of no other', () => {
    const ids = new DecidedIds();
    ids.decide('0af7651916cd43dd8448eb211c80319c');
    expect(ids.generateTraceId()).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(ids.generateTraceId()).not.toBe('0af7651916cd43dd8448eb211c80319c');
    expect(ids.generateSpanId()).toMatch(/^[0-9a-f]{16}$/);
  });
});
