import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LAYOUT_FILES } from '../../src/kernels/layout-files.ts';

describe('what the kernels in other languages know of ours', () => {
  it.each(Object.entries(LAYOUT_FILES))('stands in %s as the build writes it', (path, text) => {
    const committed = readFileSync(new URL(`../../src/kernels/${path}`, import.meta.url), 'utf8');
    expect(committed).toBe(text());
  });
});
