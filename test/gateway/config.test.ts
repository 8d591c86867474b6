import { describe, expect, it } from 'vitest';
import { checkTemplate, hasNginx } from './nginx.ts';

describe.skipIf(!hasNginx)('deploy/nginx', () => {
  it('is taken by nginx without a word of complaint', async () => {
    const { isFine, says } = await checkTemplate();
    expect(says.split('\n').filter((line) => !/syntax is ok|test is successful|^$/.test(line))).toEqual([]);
    expect(isFine).toBe(true);
  });
});
