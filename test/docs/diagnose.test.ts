import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HYPOTHESES } from '../../src/attention/diagnosis/hypotheses/table.ts';

const page = readFileSync(new URL('../../docs/diagnose.md', import.meta.url), 'utf8');

describe('the page on diagnosis', () => {
  it('has every name of a cause with its sentence, in the order of the table', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, sentence]) => ({ name, sentence }));
    expect(rows).toEqual(HYPOTHESES.map(({ name, sentence }) => ({ name, sentence })));
  });
});
