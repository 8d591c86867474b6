import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const style = fileURLToPath(new URL('../../src/style/', import.meta.url));
/** On paper all parts are another size. */
const OF_ALL = 'print.css';

describe('a class', () => {
  it('has its look from one sheet: two parts of the page have no name in common', () => {
    const homes = new Map<string, Set<string>>();
    for (const sheet of readdirSync(style).filter((name) => name !== OF_ALL)) {
      const rules = readFileSync(style + sheet, 'utf8').replace(/\/\*.*?\*\//gs, '');
      for (const [, selectors] of rules.matchAll(/([^{}]+)\{/g)) {
        for (const [, name] of selectors.matchAll(/(?<=^|,)\s*\.([a-z-]+)\s*(?=,|$)/g))
          homes.set(name, (homes.get(name) ?? new Set()).add(sheet));
      }
    }
    expect(homes.size).toBeGreaterThan(50);
    expect([...homes].filter(([, sheets]) => sheets.size > 1)).toEqual([]);
  });
});
