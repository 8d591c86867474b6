import { describe, expect, it } from 'vitest';
import { HYPOTHESES } from '../../../src/attention/diagnosis/hypotheses/table.ts';

const names = HYPOTHESES.map(({ name }) => name);

describe('the table of hypotheses', () => {
  it('has each name once', () => {
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it.each(HYPOTHESES)('says of $name what the code does, and what to do', ({ sentence, advice }) => {
    // It ends the sentence that begins with "Your code".
    expect(sentence).toMatch(/^[a-z].*[^.\s]$/);
    expect(sentence.split(' ')[0]).toMatch(/s$/);
    expect(advice).toMatch(/^\S.*\.$/);
  });
});
