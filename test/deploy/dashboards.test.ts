import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { hasPromtool, promtool } from '../metrics/promtool.ts';
import { folderWith, repository } from './folder.ts';

interface Panel {
  title: string;
  type: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; refId: string }[];
}
interface Dashboard {
  panels: Panel[];
  templating: { list: { name: string }[] };
}

const root = join(repository, 'deploy/');
const text = readFileSync(`${root}grafana/spotlight.json`, 'utf8');
const dashboard: Dashboard = JSON.parse(text);
const queries = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
const alerts = readFileSync(`${root}prometheus/alerts.yaml`, 'utf8');

/** Every name that Prometheus may store a metric of ours under, with its labels. */
const known = new Map(
  catalogue.flatMap(({ name, kind, labels = [] }) => {
    const parts =
      kind === 'histogram' ? ['_bucket', '_sum', '_count'] : kind === 'summary' ? ['', '_sum', '_count'] : [''];
    const own = kind === 'histogram' ? ['le'] : kind === 'summary' ? ['quantile'] : [];
    return parts.map((part) => [name + part, [...labels, ...own, 'job', 'instance']] as const);
  }),
);
const NAMES = /\b(?:spotlight|process|nodejs)_\w+/g;

/** Names and labels of a query that no metric has. */
function unknownIn(expr: string): string[] {
  const names = expr.match(NAMES) ?? [];
  const selected = [...expr.matchAll(/(\w+)\{([^}]*)\}/g)].flatMap(([, name, inside]) =>
    [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => [name, label] as const),
  );
  return [
    ...names.filter((name) => !known.has(name)),
    ...selected
      .filter(([name, label]) => !known.get(name)?.includes(label))
      .map(([name, label]) => `${name}{${label}}`),
  ];
}

describe('the dashboard', () => {
  it('asks for metrics and labels that there are', () => {
    expect(queries.length).toBeGreaterThan(30);
    expect(queries.flatMap(({ expr }) => unknownIn(expr))).toEqual([]);
  });

  it('shows every metric', () => {
    const shown = new Set(queries.flatMap(({ expr }) => expr.match(NAMES) ?? []));
    const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
    const names = new Set([...shown].map(base));
    expect(catalogue.filter(({ name }) => !names.has(name)).map(({ name }) => name)).toEqual([]);
  });

  it('uses only variables that it has', () => {
    const has = dashboard.templating.list.map(({ name }) => name);
    const used = [...text.matchAll(/\$\{?(\w+)\}?/g)].map(([, name]) => name).filter((name) => !name.startsWith('__'));
    expect([...new Set(used)].filter((name) => !has.includes(name))).toEqual([]);
  });

  it('has no panel upon another', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it.skipIf(!hasPromtool())('asks in words that Prometheus reads', () => {
    const meant = (expr: string) => expr.replaceAll('$__rate_interval', '5m').replace(/\$(job|instance)/g, '.*');
    const rules = queries.map(({ expr }, i) => ({ record: `query_${i}`, expr: meant(expr) }));
    const folder = folderWith({ 'queries.yaml': JSON.stringify({ groups: [{ name: 'queries', rules }] }) });
    const { status, said } = promtool(['check', 'rules', join(folder, 'queries.yaml')]);
    expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining(`${rules.length} rules found`) });
  });
});

describe('the alerts', () => {
  const rules: { alert: string; expr: string }[] = parse(alerts).groups[0].rules;

  it('look at metrics and labels that there are', () => {
    expect(rules.flatMap(({ expr }) => unknownIn(expr))).toEqual([]);
  });

  it('have cases, each for when it is told and when it is not', () => {
    const { tests } = parse(readFileSync(`${root}prometheus/alerts.test.yaml`, 'utf8'));
    for (const { alert_rule_test: cases } of tests)
      expect(new Set(cases.map(({ alertname }: { alertname: string }) => alertname))).toEqual(
        new Set(rules.map(({ alert }) => alert)),
      );
  });

  it.skipIf(!hasPromtool())('are what promtool accepts, and come when they should', () => {
    expect(promtool(['check', 'rules', `${root}prometheus/alerts.yaml`]).status).toBe(0);
    const { status, said } = promtool(['test', 'rules', `${root}prometheus/alerts.test.yaml`]);
    expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining('SUCCESS') });
  });
});
