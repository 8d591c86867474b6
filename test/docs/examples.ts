/** The programs of the pages, and what they print. */
import { expect } from 'vitest';
import { blocksOf, pages } from './blocks.ts';

export interface Example {
  page: string;
  name: string;
  text: string;
  /** What the page shows of its output. */
  shown: string | undefined;
}

/** The examples in TypeScript; the first of a page is what its others begin with. */
export const examples: readonly Example[] = pages.flatMap((page) => {
  const [first, ...others] = blocksOf(page).filter(({ language }) => language === 'ts');
  return others.map(({ text, next }, i) => ({
    page,
    name: `${page.replaceAll(/\W/g, '-')}-${i + 1}`,
    text: `${first.text}${text}`,
    shown: next?.language === 'text' ? next.text : undefined,
  }));
});

const NUMBER = /-?\d+(?:\.\d+)?/g;

/** The same text; numbers may differ in their last digits, which are the kernel's. */
export function expectPrinted(printed: string, shown: string): void {
  expect(printed.trimEnd().replaceAll(NUMBER, '#')).toBe(shown.trimEnd().replaceAll(NUMBER, '#'));
  const [got, want] = [printed, shown].map((text) => [...text.matchAll(NUMBER)].map(([number]) => Number(number)));
  for (const [i, x] of want.entries()) expect(Math.abs(got[i] - x)).toBeLessThanOrEqual(2e-6 * (1 + Math.abs(x)));
}
