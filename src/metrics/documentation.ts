import { catalogue } from './catalogue.ts';

/** The table of all metrics, in Markdown, as it stands in docs/metrics.md. */
export function metricsTable(): string {
  const rows = catalogue.map(({ name, kind, labels = [], help }) => {
    const told = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${kind} | ${told} | ${help} |`;
  });
  return ['| metric | kind | labels | meaning |', '|---|---|---|---|', ...rows].join('\n');
}
