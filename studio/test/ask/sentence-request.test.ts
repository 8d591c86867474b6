import { describe, expect, it } from 'vitest';
import { headsToShow, meanRequest, pickedHeads, sentenceRequest } from '../../src/ask/sentence-request.ts';
import { START } from '../../src/state/state.ts';

describe('the request of a sentence', () => {
  it('asks for all heads, so that another can be picked at once', () => {
    expect(sentenceRequest(START)).toEqual({
      text: 'The cat sat on the mat',
      heads: ['semantic', 'position', 'previous-token', 'same-token'],
      temperature: 0.1,
      exclude_self: true,
      outputs: ['weights', 'heads', 'stats'],
      tensor_format: 'base64',
    });
  });

  it('says what each mode means', () => {
    expect(sentenceRequest({ ...START, mode: 'causal' })).toMatchObject({ is_causal: true });
    const cross = sentenceRequest({ ...START, mode: 'cross' });
    expect(cross).toMatchObject({ context: 'Bonjour monde', heads: ['semantic', 'position', 'same-token'] });
    expect(cross).not.toHaveProperty('exclude_self');
  });

  it('is none where there are no words', () => {
    expect(sentenceRequest({ ...START, text: ' \n' })).toBeUndefined();
    expect(sentenceRequest({ ...START, mode: 'cross', context: '' })).toBeUndefined();
  });

  it('leaves the mean of several heads to the service', () => {
    expect(meanRequest(START)).toBeUndefined();
    const state = { ...START, heads: ['semantic', 'position'], combine: 'mean' } as const;
    expect(meanRequest(state)).toMatchObject({ heads: ['semantic', 'position'] });
  });

  it('shows a head that there is where the picked one is not', () => {
    expect(pickedHeads({ mode: 'cross', heads: ['previous-token'] })).toEqual(['semantic']);
    expect(headsToShow({ mode: 'self', heads: ['syntax-code'] })).toContain('syntax-code');
  });
});
