import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryTable } from '../../src/config/memory-table.ts';

describe('the table to size by', () => {
  it('stands in docs/operations.md as it is', () => {
    const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const [, table] = page.split(/<!-- \/?memory -->/);
    expect(table?.trim()).toBe(memoryTable());
  });
});
