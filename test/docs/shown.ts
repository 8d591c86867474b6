import { expect } from 'vitest';

/** `"…"` in a page stands for any value; numbers may differ in their last digits, and the kernel is the machine's. */
export function expectShown(answer: unknown, shown: unknown, at = ''): void {
  if (shown === '…' || at.endsWith('/kernel')) return;
  if (typeof shown === 'number') {
    expect(answer, at).toBeTypeOf('number');
    expect(Math.abs(Number(answer) - shown), at).toBeLessThanOrEqual(2e-6 * (1 + Math.abs(shown)));
  } else if (typeof shown === 'object' && shown !== null) {
    expect(Object.keys(answer ?? {}), at).toEqual(Object.keys(shown));
    for (const [key, value] of Object.entries(shown))
      expectShown(Reflect.get(Object(answer), key), value, `${at}/${key}`);
  } else expect(answer, at).toBe(shown);
}
