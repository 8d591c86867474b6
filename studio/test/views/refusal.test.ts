import type { SpotlightErrorCode } from 'spotlight-client';
import { describe, expect, it } from 'vitest';
import { placeIn, remedyOf } from '../../src/views/refusal.ts';

describe('what the service refuses', () => {
  it('is said of the inputs of the page, by their own names', () => {
    expect(placeIn('/text')).toBe('the sentence');
    expect(placeIn('/request/context')).toBe('the sentence that is looked at');
    expect(placeIn('/heads/1')).toBe('the heads, number 2');
    expect(placeIn('/exclude_self')).toBe('“exclude self”');
    expect(placeIn('')).toBe('the request');
  });

  it('comes with what would fit, where something was too large', () => {
    const said = (code: SpotlightErrorCode, detail = '', pointer?: string) => remedyOf({ code, detail, pointer });
    for (const code of ['body_too_large', 'too_many_elements', 'output_too_large'] as const)
      expect(said(code), code).toMatch(/(shorter|fewer).* fit|fit.* fewer/i);
    expect(said('too_many_steps')).toContain('A coarser step would fit');
    expect(said('output_too_large', '', '/detail')).toContain('A finer step would fit');
    expect(said('text_too_long', 'text has 1200 tokens; attention over text takes 1024')).toContain('Up to 1024 words');
    expect(said('invalid_option')).toBeUndefined();
  });
});
