import { SpotlightError } from 'spotlight-client';
import { describe, expect, it, vi } from 'vitest';
import type { RowQuestion } from '../../src/ask/row-request.ts';
import { stepsOf } from '../../src/ask/row-steps.ts';

// Which a page alone has.
vi.mock('../../src/ask/service.ts', () => ({ service: undefined }));

const asked: RowQuestion = {
  request: { text: 'red blue', heads: ['semantic', 'position'], temperature: 0.1 },
  head: 1,
  row: 1,
};
const words = { tokens: ['red', 'blue'], heads: ['semantic', 'position'] };
const all = ['q', 'k', 'v', 'attn_scores', 'scaled', 'masked', 'pattern', 'z'];
const seen = (names: readonly string[]) => new Map(names.map((name, i) => [name, Float32Array.of(i)]));

/** What is wrong with an answer. */
function fault(names: readonly string[], told?: typeof words): SpotlightError | undefined {
  try {
    stepsOf(asked, seen(names), told);
    return undefined;
  } catch (error) {
    if (error instanceof SpotlightError) return error;
    throw error;
  }
}

describe('the steps of a row', () => {
  it('are those that came, of the head that was asked for', () => {
    const steps = stepsOf(asked, seen(all), words);
    expect(steps).toMatchObject({ row: 1, head: 'position', queryWords: words.tokens, keyWords: words.tokens });
    expect([steps.query, steps.output].map(([number]) => number)).toEqual([0, 7]);
    // Only heads that look at distance have a step of it.
    expect(steps.biased).toBeUndefined();
  });

  it.each(['q', 'k', 'v', 'attn_scores', 'scaled', 'pattern', 'z'])('are a bad answer without %s', (name) => {
    const error = fault(
      all.filter((one) => one !== name),
      words,
    );
    expect(error?.code).toBe('bad_answer');
    expect(error?.message).toContain(`no step ${name} of row 1`);
  });

  it('are a bad answer without the words of the text', () => expect(fault(all)?.code).toBe('bad_answer'));
});
