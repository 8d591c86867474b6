import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { base64Of, bytesOf } from '../../src/files/base64.ts';

describe('bytes as text', () => {
  test.prop([fc.uint8Array({ maxLength: 20_000 })])('are what Node makes of them, and come back', (bytes) => {
    expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    expect([...bytesOf(base64Of(bytes))]).toEqual([...bytes]);
  });

  test.prop([fc.integer({ min: 8190, max: 8200 })])('are so across the edges of their parts', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => i);
    expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  });
});
