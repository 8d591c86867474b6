import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { metricsTable } from '../../src/metrics/documentation.ts';

describe('docs/metrics.md', () => {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

  it('has the table of all metrics as they are', () => {
    expect(page.split(/<!-- \/?metrics -->/)[1]?.trim()).toBe(metricsTable());
  });

  it('names no metric that is none', () => {
    const known = new Set(catalogue.map(({ name }) => name));
    const named = [...page.matchAll(/\bspotlight_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});
